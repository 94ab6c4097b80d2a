import type { SimAccount, World } from '../../src/sim/world.ts';

type Fields = Record<string, unknown>;

/** A configuration as data, for tests to change before it is written. */
export interface ConfigData {
  contact: string;
  node: Fields;
  store: string;
  web: Fields;
  hooks: Fields;
  inboxes: Record<string, Fields>;
  senders: Record<string, Fields>;
  phones: Record<string, Fields>;
  spend: Fields;
  targets: Record<string, Fields & { limits: Fields; accounts: Record<string, Fields> }>;
  probes: Record<string, Fields>;
  controls: Record<string, Fields>;
}

export interface SimAddresses {
  readonly loginUrl: string;
  readonly carrierUrl: string;
  /** HOST:PORT. */
  readonly hooks: string;
}

export const RACK_SECRET = 'rack-secret-for-tests';
/** What one code costs, in millionths. */
export const CODE_COST = 8300;

/** How the simulated site's JSON API is logged in to. */
export const LOGIN = {
  kind: 'http',
  steps: [
    {
      stage: 'login',
      post: '/api/session',
      json: { user: '{{username}}', password: '{{password}}' },
      when: [
        { json: { '/challenge': 'second_factor' }, is: 'challenge' },
        { json: { '/signedIn': true }, is: 'signed_in' },
        { status: 401, is: 'login_refused' },
      ],
    },
    {
      stage: 'request_code',
      sends: true,
      post: '/api/session/2fa/sms',
      when: [
        { json: { '/sent': true }, is: 'next' },
        { status: 422, is: 'request_refused' },
      ],
    },
    {
      stage: 'verify',
      post: '/api/session/2fa',
      json: { code: '{{code}}' },
      when: [{ is: 'next' }, { status: 422, is: 'code_rejected' }],
    },
    { stage: 'confirm', get: '/api/me', when: [{ json: { '/name': '{{username}}' }, is: 'signed_in' }] },
    { stage: 'logout', delete: '/api/session' },
  ],
};

/** The simulated world as a user would configure it: each phone at the rack, the carrier's API at hand. */
export function simConfig(world: World, at: SimAddresses): ConfigData {
  const twilio = {
    kind: 'twilio',
    accountSid: world.accountSid,
    authToken: world.authToken,
    apiUrl: at.carrierUrl,
  };
  const phones = world.phones.map(({ name, number, carrier }) => {
    return [name, { number, inbox: 'rack', country: 'US', carrier, perSms: CODE_COST / 1e6 }] as const;
  });
  return {
    contact: 'sre@acme.example',
    node: { name: 'node-1', location: 'here' },
    store: './twofa.db',
    web: { listen: '127.0.0.1:0' },
    hooks: { listen: at.hooks, publicUrl: `http://${at.hooks}` },
    inboxes: { rack: { kind: 'webhook', secret: RACK_SECRET }, carrier: { ...twilio, reconcile: '10s' } },
    senders: { own: { ...twilio, from: '+15005550006', perSms: 0.01 } },
    phones: Object.fromEntries(phones),
    spend: { currency: 'USD', perMonth: 1000 },
    targets: {
      acme: {
        url: at.loginUrl,
        authorized: true,
        limits: { perHour: 3600, perDay: 80_000, spacing: '0s', perPhone: { sends: 100, window: '10m' } },
        accounts: Object.fromEntries(world.accounts.map((account) => [account.username, accountOf(account)])),
      },
    },
    probes: probesOf(world),
    controls: {},
  };
}

function accountOf({ username, password, phone, totpSecret }: SimAccount): Fields {
  return { username, password, ...(phone === null ? { totpSecret } : { phone }) };
}

function probesOf({ accounts }: World): ConfigData['probes'] {
  const namesOf = (wanted: (account: SimAccount) => boolean) =>
    accounts.filter(wanted).map(({ username }) => username);
  const common = { target: 'acme', flow: LOGIN, deadline: '4s', expiry: '10s' };
  const totp = namesOf(({ username }) => username.startsWith('totp'));
  return {
    'acme-sms': {
      ...common,
      factor: 'sms',
      accounts: namesOf(({ phone }) => phone !== null),
      sender: ['ACME'],
      schedule: '0 * * * *',
    },
    ...(totp.length === 0
      ? {}
      : { 'acme-totp': { ...common, factor: 'totp', accounts: totp, schedule: '1 * * * *' } }),
  };
}
