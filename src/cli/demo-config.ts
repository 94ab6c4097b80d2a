import type { createSimulator } from '../sim/simulator.ts';

type World = ReturnType<typeof createSimulator>['world'];

export interface DemoAddresses {
  readonly loginUrl: string;
  readonly carrierUrl: string;
  readonly web: string;
  readonly hooks: string;
}

/** A configuration as a user would write it, for the simulated world. */
export function demoConfig(world: World, at: DemoAddresses): string {
  const { accountSid, authToken } = world;
  const twilio = `kind: twilio, accountSid: ${accountSid}, authToken: ${authToken}, apiUrl: ${at.carrierUrl}`;
  return `# Made by \`twofa-prober demo\`; everything in it is simulated.
contact: demo@twofa-prober.example
node: { name: demo, location: local }
store: ./demo.db
web: { listen: ${at.web} }
hooks: { listen: ${at.hooks}, publicUrl: http://${at.hooks} }
inboxes:
  carrier: { ${twilio}, reconcile: 10s }
senders:
  own: { ${twilio}, from: "+15005550006", perSms: 0.0083 }
phones:
${world.phones.map((phone) => `  ${phone.name}: { number: "${phone.number}", inbox: carrier, country: US, carrier: ${phone.carrier}, perSms: 0.0083 }`).join('\n')}
spend: { currency: USD, perMonth: 12000 }
targets:
  acme:
    url: ${at.loginUrl}
    authorized: true
    limits: { perHour: 2000, perDay: 40000, spacing: 1s, perPhone: { sends: 40, window: 10m } }
    accounts:
${world.accounts.map(accountLine).join('\n')}
probes:
  acme-sms:
    target: acme
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
    sender: [ACME]
    deadline: 30s
    expiry: 2m
    schedule: '*/30 * * * * *'
  acme-totp:
    target: acme
    flow: *login
    factor: totp
    accounts: [totp-1, totp-2]
    schedule: '15,45 * * * * *'
controls:
  receive-path: { sender: own, from: ["+15005550006"], phones: [us-a, us-g], schedule: '40 */2 * * * *', deadline: 30s, expiry: 2m }
`;
}

function accountLine({ username, password, phone, totpSecret }: World['accounts'][number]): string {
  const means = phone === null ? `totpSecret: ${totpSecret}` : `phone: ${phone}`;
  return `      ${username}: { username: ${username}, password: ${password}, ${means} }`;
}
