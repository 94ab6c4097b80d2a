import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import twilio from 'twilio';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parseDocument, type Document } from 'yaml';
import type { Attempt } from '../../src/domain/attempt.ts';
import { createSystemClock } from '../../src/runtime/system-clock.ts';
import { createSimulator } from '../../src/sim/simulator.ts';
import { valueOf } from '../support/exposition.ts';
import { startBetterAuth, type BetterAuthManner, type BetterAuthServer } from './better-auth-server.ts';
import { startDaemon } from './daemon.ts';
import { startPublicDoor } from './public-door.ts';

// Each test starts a login service, a carrier and a daemon, and hashes passwords: much for a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const EXAMPLE = readFileSync(join(import.meta.dirname, '../../probes/examples/better-auth.yaml'), 'utf8');
const NUMBER = '+12025550111';
/** A carrier that takes a tenth of a second. */
const QUICK = { mu: Math.log(0.1), sigma: 0, floorMs: 50, retryShare: 0, lossShare: 0, duplicateShare: 0 };
/** From this number Twilio sends nothing (https://www.twilio.com/docs/iam/test-credentials). */
const REFUSED_SENDER = '+15005550007';

interface WorldOptions extends BetterAuthManner {
  /** The number that codes are sent from. */
  readonly sender?: string;
  readonly users: readonly (keyof typeof USERS)[];
  /** Credentials that the daemon has wrong. */
  readonly env?: Readonly<Record<string, string>>;
  /** A change to the configuration. */
  readonly change?: (yaml: Document) => void;
}

/** A login service, the carrier that brings its codes, and users. */
async function startService(options: WorldOptions) {
  const simulator = createSimulator({
    clock: createSystemClock(),
    seed: 'better-auth',
    world: {
      carriers: { 'carrier-a': QUICK },
      phones: [{ name: 'us-1', number: NUMBER, carrier: 'carrier-a' }],
      accounts: [],
    },
  });
  const { carrierUrl } = await simulator.start();
  onTestFinished(() => simulator.stop());
  const { accountSid, authToken } = simulator.world;
  const client = twilio(accountSid, authToken);
  client.api.baseUrl = carrierUrl;
  const from = options.sender ?? '+15005550006';
  const service = await startBetterAuth((to, body) => client.messages.create({ to, from, body }), options);
  const env: Record<string, string> = { ...NO_USERS, TWILIO_SID: accountSid, TWILIO_TOKEN: authToken };
  await Promise.all(options.users.map((user) => USERS[user](service, env)));
  return { simulator, carrierUrl, service, env };
}

/** Credentials of users who are not needed: well-formed, and unknown to the service. */
const NO_USERS = {
  PASSWORD_SMS: 'none',
  PASSWORD_APP: 'none',
  PASSWORD_BACKUP: 'none',
  TOTP_SECRET: 'JBSWY3DPEHPK3PXP',
  BACKUP_CODES: 'none',
};

type Enrol = (service: BetterAuthServer, env: Record<string, string>) => Promise<void>;

/** Makes a user of the example, and puts the credentials where the daemon finds them. */
const USERS = {
  async sms({ enrolSms }, env) {
    const { password } = await enrolSms('probe-sms@example.com', NUMBER);
    Object.assign(env, { PASSWORD_SMS: password });
  },
  /** Has a phone, and has not turned the second factor on. */
  async passwordOnly({ signUp }, env) {
    const { password } = await signUp('probe-sms@example.com', NUMBER);
    Object.assign(env, { PASSWORD_SMS: password });
  },
  async app({ enrolApp }, env) {
    const { password, totpUri } = await enrolApp('probe-app@example.com');
    Object.assign(env, { PASSWORD_APP: password, TOTP_SECRET: totpUri });
  },
  async backup({ enrolApp }, env) {
    const { password, backupCodes } = await enrolApp('probe-backup@example.com');
    Object.assign(env, { PASSWORD_BACKUP: password, BACKUP_CODES: backupCodes.join('\n') });
  },
} satisfies Record<string, Enrol>;

/** The example that we ship, with the addresses of this test. */
function exampleFor(loginUrl: string, carrierUrl: string, publicUrl: string): Document {
  const yaml = parseDocument(EXAMPLE.replaceAll('https://login.example.com', loginUrl));
  const set = (path: string, value: unknown) => yaml.setIn(path.split('/'), value);
  set('store', './test.db');
  set('web', yaml.createNode({ listen: '127.0.0.1:0' }));
  set('hooks/listen', '127.0.0.1:0');
  set('hooks/publicUrl', publicUrl);
  set('inboxes/twilio/apiUrl', carrierUrl);
  set('targets/shop/limits', yaml.createNode({ spacing: '0s' }));
  return yaml;
}

async function startWorld(options: WorldOptions) {
  const world = await startService(options);
  const door = await startPublicDoor();
  const yaml = exampleFor(world.service.url, world.carrierUrl, door.url);
  options.change?.(yaml);
  const daemon = await startDaemon(String(yaml), { ...world.env, ...options.env });
  door.openTo(daemon.hooks);
  world.simulator.connect('us-1', { manner: 'twilio', smsUrl: `${door.url}/hooks/twilio` });
  return { ...world, ...daemon };
}

const told = ({ outcome, fault, reason }: Attempt) => ({ outcome, fault, reason });
const stagesOf = ({ stages }: Attempt) => stages.filter(({ ok }) => ok).map(({ stage }) => stage);

test('the daemon signs in by SMS, authenticator app and backup code, and its metrics say so', async () => {
  const { tick, scrape, simulator } = await startWorld({ users: ['sms', 'app', 'backup'] });
  const [sms, app, backup] = await Promise.all([
    tick('shop-sms'),
    tick('shop-app'),
    tick('shop-backup-codes'),
  ]);

  for (const attempt of [sms, app, backup]) {
    expect(told(attempt)).toMatchObject({ outcome: 'ok', fault: 'none' });
    expect(attempt.logout).toBe('ok');
  }
  expect(stagesOf(sms)).toEqual(['login', 'request_code', 'delivery', 'verify', 'logout']);
  expect(stagesOf(app)).toEqual(['login', 'verify', 'logout']);
  // Pushed by the webhook: a poll would leave the delivery time uncertain.
  expect(sms.code).toMatchObject({ result: 'on_time', uncertaintyMs: 0, overdue: false });
  expect(sms.messages).toMatchObject([{ disposition: 'matched' }]);
  expect(simulator.truth.messages()).toHaveLength(1);

  const metrics = await scrape();
  for (const [probe, factor] of [
    ['shop-sms', 'sms'],
    ['shop-app', 'totp'],
    ['shop-backup-codes', 'backup-code'],
  ] as const) {
    const labels = { probe, target: 'shop', factor, outcome: 'ok', fault: 'none' };
    expect(valueOf(metrics, 'twofa_attempts_total', labels)).toBe(1);
  }
  const codes = { probe: 'shop-sms', target: 'shop', route: 'us-carrier-a', phone: 'us-1' };
  expect(valueOf(metrics, 'twofa_codes_requested_total', codes)).toBe(1);
  expect(valueOf(metrics, 'twofa_codes_total', { ...codes, result: 'on_time' })).toBe(1);
  expect(valueOf(metrics, 'twofa_code_delivery_seconds_bucket', { probe: 'shop-sms', le: '60.0' })).toBe(1);
  expect(valueOf(metrics, 'twofa_inbox_messages_total', { inbox: 'twilio', disposition: 'matched' })).toBe(1);
  expect(valueOf(metrics, 'twofa_backup_codes_remaining')).toBe(9);
});

test('a send-otp that answers 200 but cannot send is lost', async () => {
  const change = (yaml: Document) => {
    yaml.setIn(['probes', 'shop-sms', 'deadline'], '1s');
    yaml.setIn(['probes', 'shop-sms', 'expiry'], '3s');
  };
  const { tick, scrape, service } = await startWorld({ users: ['sms'], sender: REFUSED_SENDER, change });
  const sms = await tick('shop-sms');

  const answered = sms.requests.find(({ path }) => path === '/api/auth/two-factor/send-otp');
  expect(answered?.status).toBe(200);
  expect(service.errors).toEqual(['Failed to send two-factor OTP']);
  expect(told(sms)).toMatchObject({ outcome: 'lost', fault: 'delivery' });
  expect(sms.code).toMatchObject({ result: 'lost', deliveryMs: null, overdue: true });

  const metrics = await scrape();
  expect(valueOf(metrics, 'twofa_attempts_total', { probe: 'shop-sms', outcome: 'lost' })).toBe(1);
  expect(valueOf(metrics, 'twofa_codes_total', { probe: 'shop-sms', result: 'lost' })).toBe(1);
  expect(valueOf(metrics, 'twofa_codes_total', { probe: 'shop-sms', result: 'on_time' })).toBe(0);
});

test('a wrong password is login_refused, and no code is asked for', async () => {
  const { tick, simulator } = await startWorld({ users: ['sms'], env: { PASSWORD_SMS: 'not the password' } });
  expect(told(await tick('shop-sms'))).toMatchObject({ outcome: 'login_refused', fault: 'target' });
  expect(simulator.truth.messages()).toEqual([]);
});

test("another user's authenticator app is code_rejected", async () => {
  const { tick } = await startWorld({ users: ['app'], env: { TOTP_SECRET: 'JBSWY3DPEHPK3PXP' } });
  expect(told(await tick('shop-app'))).toMatchObject({ outcome: 'code_rejected', fault: 'target' });
});

test('a user who is let in without a second factor is challenge_missing', async () => {
  const { tick, scrape, simulator } = await startWorld({ users: ['passwordOnly'] });
  expect(told(await tick('shop-sms'))).toMatchObject({ outcome: 'challenge_missing', fault: 'target' });
  expect(simulator.truth.messages()).toEqual([]);
  const labels = { probe: 'shop-sms', outcome: 'challenge_missing' };
  expect(valueOf(await scrape(), 'twofa_attempts_total', labels)).toBe(1);
});

test('without the Origin header it refuses everything after the password, and the reason shows where', async () => {
  const change = (yaml: Document) => yaml.deleteIn(['probes', 'shop-sms', 'flow', 'headers']);
  const { tick } = await startWorld({ users: ['app'], change });
  const refused = told(await tick('shop-app'));
  expect(refused).toMatchObject({ outcome: 'target_unreachable', fault: 'target' });
  expect(refused.reason).toContain('POST /api/auth/two-factor/{{verify}} answered 403');
});

test('its own rate limit is rate_limited, for as long as it says', async () => {
  const { tick, scrape } = await startWorld({ users: ['app'], signInsAllowed: 1 });
  expect(told(await tick('shop-app'))).toMatchObject({ outcome: 'ok' });
  const limited = await tick('shop-sms');
  expect(told(limited)).toMatchObject({ outcome: 'rate_limited', fault: 'blocked' });
  expect(limited.retryAfterMs).toBeGreaterThan(60_000);
  expect(limited.retryAfterMs).toBeLessThanOrEqual(120_000);
  expect(valueOf(await scrape(), 'twofa_breaker_open', { target: 'shop' })).toBe(1);
});
