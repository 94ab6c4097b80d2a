import { expect, test } from 'vitest';
import type { Attempt } from '../../src/domain/attempt.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { attemptOf, createAppWorld, type AppWorld } from '../support/app-world.ts';
import { samplesOf, valueOf } from '../support/exposition.ts';

/** One attempt of each account of the probe; by phone, or by account where there is none. */
async function runAll(world: AppWorld, probe = 'acme-sms'): Promise<Record<string, Attempt>> {
  const { accounts } = world.app.spec(probe) ?? { accounts: [] };
  const ended = await Promise.all(accounts.map(() => world.tick(probe)));
  const attempts = ended.map((one) => attemptOf(one));
  return Object.fromEntries(attempts.map((attempt) => [attempt.phone ?? attempt.account, attempt]));
}

const outcomesOf = (attempts: Record<string, Attempt>): Record<string, Outcome> =>
  Object.fromEntries(Object.entries(attempts).map(([name, { outcome }]) => [name, outcome]));

/** The metrics held against the store: every attempt, every result. */
async function booksAgree(world: AppWorld): Promise<void> {
  const { stored, families } = await world.atRest(async () => ({
    stored: await world.app.operations.attempts({ limit: 1000 }),
    families: await world.metrics(),
  }));
  const counted = Object.groupBy(stored, ({ probe, outcome }) => `${probe} ${outcome}`);
  const shown = samplesOf(families, 'twofa_attempts_total').filter(({ value }) => value > 0);
  expect(
    Object.fromEntries(shown.map(({ labels, value }) => [`${labels['probe']} ${labels['outcome']}`, value])),
  ).toEqual(Object.fromEntries(Object.entries(counted).map(([key, all]) => [key, all?.length])));
  const results = Object.groupBy(
    stored.filter(({ code }) => code),
    ({ phone, code }) => `${phone} ${code?.result}`,
  );
  const settled = samplesOf(families, 'twofa_codes_total').filter(({ value }) => value > 0);
  expect(
    Object.fromEntries(settled.map(({ labels, value }) => [`${labels['phone']} ${labels['result']}`, value])),
  ).toEqual(Object.fromEntries(Object.entries(results).map(([key, all]) => [key, all?.length])));
  const requested = samplesOf(families, 'twofa_codes_requested_total').reduce(
    (sum, { value }) => sum + value,
    0,
  );
  expect(requested).toBe(stored.filter(({ code }) => code).length);
}

const PHONES = ['us-a', 'us-b', 'us-c', 'us-d'];
const each = (outcome: Outcome): Record<string, Outcome> =>
  Object.fromEntries(PHONES.map((phone) => [phone, outcome]));

const CASES: readonly { scenario: string; outcomes: Record<string, Outcome>; title: string }[] = [
  { scenario: 'healthy', outcomes: each('ok'), title: 'ok' },
  { scenario: 'sms-sender-off', outcomes: each('lost'), title: 'lost on every phone' },
  {
    scenario: 'carrier-outage carrier-a',
    outcomes: { ...each('ok'), 'us-a': 'lost', 'us-b': 'lost' },
    title: 'lost on the phones of that carrier alone',
  },
  {
    scenario: 'number-dead us-c',
    outcomes: { ...each('ok'), 'us-c': 'lost' },
    title: 'lost on that phone alone',
  },
  { scenario: 'slow 14', outcomes: each('late'), title: 'late, and submitted all the same' },
  { scenario: 'lossy 1', outcomes: each('lost'), title: 'lost' },
  { scenario: 'login-down', outcomes: each('target_unreachable'), title: 'an unreachable target' },
  { scenario: 'template-changed', outcomes: each('code_unreadable'), title: 'codes that cannot be read' },
  { scenario: '2fa-not-asked', outcomes: each('challenge_missing'), title: 'a missing challenge' },
  {
    scenario: 'twitter-2022',
    outcomes: { ...each('lost'), 'us-a': 'ok' },
    title: 'lost for all accounts but one',
  },
  { scenario: 'duplicates', outcomes: each('ok'), title: 'ok' },
];

test.concurrent.for(CASES)(
  '$scenario comes out as $title, and the authenticator app is judged on its own',
  async ({ scenario, outcomes }, { onTestFinished }) => {
    const world = await createAppWorld({ onTestFinished });
    world.sim.scenarios.set(scenario);
    const [attempts, totp] = await Promise.all([runAll(world), runAll(world, 'acme-totp')]);
    expect(outcomesOf(attempts)).toEqual(outcomes);
    const shared = outcomes['us-d'] === 'target_unreachable' || outcomes['us-d'] === 'challenge_missing';
    expect(outcomesOf(totp)['totp-1']).toBe(shared ? outcomes['us-d'] : 'ok');
    await booksAgree(world);
  },
);

test.concurrent('a late code is submitted within its expiry, and accepted', async ({ onTestFinished }) => {
  const world = await createAppWorld({ onTestFinished });
  world.sim.scenarios.set('slow 14');
  const { code, outcome, id } = attemptOf(await world.tick('acme-sms'));
  expect(outcome).toBe('late');
  expect(code).toMatchObject({ result: 'late', overdue: true });
  expect(code?.deliveryMs).toBeGreaterThan(4_000);
  expect(world.sim.truth.verifies()).toMatchObject([{ attempt: id, result: 'accepted' }]);
  expect(world.events.filter(({ kind }) => kind === 'code_overdue')).toHaveLength(1);
});

test.concurrent('a lost code costs the attempt, not the session: it logs out, and its phone rests', async ({
  onTestFinished,
}) => {
  const world = await createAppWorld({ onTestFinished });
  world.sim.scenarios.set('sms-sender-off');
  const { phone, logout, id } = attemptOf(await world.tick('acme-sms'));
  expect(logout).toBe('ok');
  expect(world.sim.truth.logins()).toContainEqual(
    expect.objectContaining({ attempt: id, result: 'signed_out' }),
  );
  const { usage } = await world.app.operations.snapshot();
  expect(Object.keys(usage.quarantines)).toEqual([phone]);
});

test.concurrent('a rate limit opens the breaker, and the next ticks are skipped', async ({
  onTestFinished,
}) => {
  const world = await createAppWorld({ onTestFinished });
  world.sim.scenarios.set('rate-limit site');
  const first = attemptOf(await world.tick('acme-sms'));
  expect(first).toMatchObject({ outcome: 'rate_limited', fault: 'blocked', code: null });
  expect((await world.tick('acme-sms')).skip).toBe('breaker');
  expect((await world.tick('acme-totp')).skip).toBe('breaker');
  expect(world.sim.truth.sends()).toEqual([]);
  expect(valueOf(await world.metrics(), 'twofa_breaker_open', { target: 'acme' })).toBe(1);
  await booksAgree(world);
});

test.concurrent('copies are accounted as duplicates, and change no result', async ({ onTestFinished }) => {
  const world = await createAppWorld({ onTestFinished, held: true });
  world.sim.scenarios.set('duplicates');
  const ended = world.tick('acme-sms');
  await world.onTheWay(2);
  world.deliver();
  expect(attemptOf(await ended)).toMatchObject({ outcome: 'ok', code: { result: 'on_time' } });
  const messages = world.happens((event) =>
    event.kind === 'message_settled' && event.disposition === 'duplicate' ? event : null,
  );
  expect(await messages).toMatchObject({ phone: 'us-a', disposition: 'duplicate', afterExpiry: null });
  const families = await world.metrics();
  expect(valueOf(families, 'twofa_inbox_messages_total', { inbox: 'rack', disposition: 'matched' })).toBe(1);
  await booksAgree(world);
});

test.concurrent('an overtaken code of an older, lost request is late there, and goes to nobody else', async ({
  onTestFinished,
}) => {
  const world = await createAppWorld({ onTestFinished, held: true });
  const first = world.tick('acme-sms');
  await world.onTheWay(1);
  const lost = attemptOf(await first);
  expect(lost).toMatchObject({ outcome: 'lost', phone: 'us-a' });
  const others = [world.tick('acme-sms'), world.tick('acme-sms'), world.tick('acme-sms')];
  await world.onTheWay(4);
  world.deliver();
  const attempts = (await Promise.all(others)).map((one) => attemptOf(one));
  expect(attempts.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok']);
  const late = await world.happens((event) =>
    event.kind === 'message_settled' && event.disposition === 'late' ? event : null,
  );
  expect(late).toMatchObject({ phone: 'us-a', afterExpiry: { probe: 'acme-sms', target: 'acme' } });
  expect(world.sim.truth.verifies().every(({ attempt, send }) => attempt === send?.attempt)).toBe(true);
  await booksAgree(world);
});

test.concurrent('a receiver that cannot be read is never a lost code', async ({ onTestFinished }) => {
  const world = await createAppWorld({
    onTestFinished,
    change: (config) => {
      for (const phone of Object.values(config.phones)) phone['inbox'] = 'carrier';
    },
  });
  for (const { name } of world.sim.world.phones) world.sim.connect(name, { manner: 'twilio', smsUrl: null });
  const waits = world.happens((event) => (event.kind === 'code_requested' ? event : null));
  const ended = world.tick('acme-sms');
  await waits;
  world.sim.scenarios.set('receiver-down');
  expect(attemptOf(await ended)).toMatchObject({
    outcome: 'receiver_down',
    fault: 'receiver',
    code: { result: 'unmeasured', overdue: false },
  });
  expect((await world.tick('acme-sms')).skip).toBe('receiver_down');
  world.sim.scenarios.set('healthy');
  await world.happens((event) => (event.kind === 'inbox_changed' && event.up ? event : null));
  await booksAgree(world);
});
