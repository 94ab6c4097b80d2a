import type { World } from '../sim/world.ts';

export interface EstateAddresses {
  readonly loginUrl: string;
  readonly carrierUrl: string;
  /** The switches of the simulation: a site that no scenario touches, as a canary should be. */
  readonly controlUrl: string;
  /** HOST:PORT of the listener for messages. */
  readonly hooks: string;
}

/** What the drilled estate is, for people and for the baseline. */
export const ESTATE = {
  target: 'acme',
  inbox: 'carrier',
  codes: 'acme-sms',
  codesEveryMinutes: 5,
} as const;

/**
 * A configuration as a careful owner would write it: four numbers on two carriers, an authenticator app, backup codes, a
 * control of the receive path, a canary; a code every five minutes, all numbers taken together. Limits are a real login's.
 */
export function drillConfig(world: World, at: EstateAddresses): string {
  const { accountSid, authToken } = world;
  const twilio = `kind: twilio, accountSid: ${accountSid}, authToken: ${authToken}, apiUrl: ${at.carrierUrl}`;
  return `contact: drill@twofa-prober.example
node: { name: drill, location: local, canary: "${at.controlUrl}" }
store: ./drill.db
web: { listen: 127.0.0.1:0 }
hooks: { listen: ${at.hooks}, publicUrl: http://${at.hooks} }
inboxes:
  ${ESTATE.inbox}: { ${twilio}, reconcile: 30s }
senders:
  own: { ${twilio}, from: "+15005550006", perSms: 0.0083 }
phones:
${world.phones.map((phone) => `  ${phone.name}: { number: "${phone.number}", inbox: ${ESTATE.inbox}, country: US, carrier: ${phone.carrier}, perSms: 0.0083 }`).join('\n')}
spend: { currency: USD, perMonth: 120 }
targets:
  ${ESTATE.target}:
    url: ${at.loginUrl}
    authorized: true
    limits: { perHour: 150, perDay: 2000, spacing: 2s, perPhone: { sends: 5, window: 10m } }
    accounts:
${world.accounts.map(accountLine).join('\n')}
${probesOf(world)}controls:
  receive-path: { sender: own, from: ["+15005550006"], phones: [${controlled(world).join(', ')}], schedule: '13 * * * *', deadline: 60s, expiry: 5m }
`;
}

function probesOf(world: World): string {
  const named = (wanted: (account: World['accounts'][number]) => boolean): string =>
    world.accounts
      .filter(wanted)
      .map(({ username }) => username)
      .join(', ');
  return `probes:
  ${ESTATE.codes}:
    target: ${ESTATE.target}
    flow: &login
      kind: http
      steps:
        - { stage: login, post: /api/session, json: { user: '{{username}}', password: '{{password}}' }, when: [
            { json: { /challenge: second_factor }, is: challenge }, { json: { /signedIn: true }, is: signed_in }, { status: 401, is: login_refused } ] }
        - { stage: request_code, sends: true, post: /api/session/2fa/sms, when: [ { json: { /sent: true }, is: next }, { status: 422, is: request_refused } ] }
        - { stage: verify, post: /api/session/2fa, json: { code: '{{code}}' }, when: [ { is: next }, { status: 422, is: code_rejected } ] }
        - { stage: confirm, get: /api/me, when: [ { json: { /name: '{{username}}' }, is: signed_in } ] }
        - { stage: logout, delete: /api/session }
    factor: sms
    accounts: [${alternating(world).join(', ')}]
    sender: [${world.siteSender}]
    deadline: 60s
    expiry: 5m
    schedule: '*/${ESTATE.codesEveryMinutes} * * * *'
  acme-totp:
    target: ${ESTATE.target}
    flow: *login
    factor: totp
    accounts: [${named(({ username }) => username.startsWith('totp'))}]
    schedule: '2-59/5 * * * *'
  acme-backup:
    target: ${ESTATE.target}
    flow: *login
    factor: backup-code
    accounts: [${named(({ username }) => username.startsWith('backup'))}]
    schedule: '30 3 * * *'
`;
}

/** Accounts take turns in this order, so that each carrier has one of every two codes. */
function alternating({ accounts, phones }: World): string[] {
  const carrierOf = new Map(phones.map(({ name, carrier }) => [name, carrier]));
  const turns = new Map<string, number>();
  return accounts
    .flatMap(({ username, phone }) => {
      const carrier = carrierOf.get(phone ?? '');
      if (carrier === undefined) return [];
      const turn = turns.get(carrier) ?? 0;
      turns.set(carrier, turn + 1);
      return [{ username, turn }];
    })
    .toSorted((a, b) => a.turn - b.turn)
    .map(({ username }) => username);
}

/** One number of each carrier gets our own messages. */
function controlled({ phones }: World): string[] {
  const firsts = new Map<string, string>();
  for (const { name, carrier } of phones) if (!firsts.has(carrier)) firsts.set(carrier, name);
  return [...firsts.values()];
}

function accountLine({ username, password, phone, totpSecret, backupCodes }: World['accounts'][number]) {
  const own = username.startsWith('backup')
    ? `backupCodes: [${backupCodes.join(', ')}]`
    : `totpSecret: ${totpSecret}`;
  const means = phone === null ? own : `phone: ${phone}`;
  return `      ${username}: { username: ${username}, password: ${password}, ${means} }`;
}
