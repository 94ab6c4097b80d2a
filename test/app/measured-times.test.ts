import { expect, test } from 'vitest';
import type { Attempt } from '../../src/domain/attempt.ts';
import type { Usage } from '../../src/ports/store.ts';
import type { TrueDelivery, TrueSend } from '../../src/sim/truth.ts';
import { createAppWorld, type AppWorld } from '../support/app-world.ts';
import { samplesOf, valueOf, type Family } from '../support/exposition.ts';
import { CODE_COST } from '../support/sim-config.ts';

const SPEED = 4;
const ATTEMPTS = 230;
const AT_ONCE = 16;
const CARRIERS = ['carrier-a', 'carrier-b', 'carrier-c'];
/** A bad day, so that every path is taken: retries of minutes, losses, copies. */
const BAD_DAY = { mu: 0.7, retryShare: 0.05, lossShare: 0.03, duplicateShare: 0.1 };

const PHONES = Array.from({ length: 100 }, (_, index) => ({
  name: `us-${index}`,
  number: `+120255501${String(index).padStart(2, '0')}`,
  carrier: CARRIERS[index % CARRIERS.length] ?? '',
}));

test(
  'every measured delivery is the true one, over all phones, carriers and paths',
  { timeout: 120_000 },
  async () => {
    const world = await createAppWorld({
      speed: SPEED,
      seed: 'bad-day-1',
      world: {
        carriers: Object.fromEntries(CARRIERS.map((carrier) => [carrier, BAD_DAY])),
        phones: PHONES,
        accounts: PHONES.map(({ name }) => ({ username: `sms-${name}`, phone: name })),
      },
      change: (config) => Object.assign(config.probes['acme-sms'] ?? {}, { deadline: '8s', expiry: '20s' }),
    });
    await runMany(world);
    const { attempts, families, usage } = await world.atRest(() => readBooks(world));
    const odd = attempts.filter(({ outcome }) => !['ok', 'late', 'lost', 'code_rejected'].includes(outcome));
    expect(odd.map(({ outcome, reason, cause }) => `${outcome}, ${cause}: ${reason}`)).toEqual([]);
    const pairs = attempts.map((attempt) => ({ attempt, send: sendOf(world, attempt) }));

    expect(world.sim.truth.sends()).toHaveLength(attempts.length);
    const confused = confusedAttempts(world);
    const clear = pairs.filter(({ attempt }) => !confused.has(attempt.id));
    const errors = clear.flatMap((pair) => measure(world, pair));
    expect(errors.length).toBeGreaterThan(200);
    for (const { attempt, send } of pairs.filter((pair) => pair.attempt.outcome === 'lost')) {
      expect(truthOf(send, attempt)).toBe('not within its expiry');
    }
    report(errors, attempts);
    holdAgainstBooks(world, { attempts, families, usage });
  },
);

/** Keeps many attempts in flight; each end fires the next tick. */
async function runMany(world: AppWorld): Promise<void> {
  let left = ATTEMPTS;
  const runner = async () => {
    while (left > 0) {
      left -= 1;
      await world.tick('acme-sms');
      if (left % 10 === 0) await inBalance(world);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runner));
}

interface Books {
  readonly attempts: readonly Attempt[];
  readonly families: Map<string, Family>;
  readonly usage: Usage;
}

/** All attempts: those of the ticks, and those by which the detector looked closer. */
async function readBooks(world: AppWorld): Promise<Books> {
  const [attempts, families, { usage }] = await Promise.all([
    world.app.operations.attempts({ limit: 1000 }),
    world.metrics(),
    world.app.operations.snapshot(),
  ]);
  return { attempts, families, usage };
}

/** requested = sum of results + waiting, at any moment. */
async function inBalance(world: AppWorld): Promise<void> {
  const families = await world.metrics();
  const total = (name: string) => samplesOf(families, name).reduce((sum, sample) => sum + sample.value, 0);
  const waiting = total('twofa_codes_requested_total') - total('twofa_codes_total');
  expect(waiting).toBeGreaterThanOrEqual(0);
  expect(waiting).toBeLessThanOrEqual(
    valueOf(families, 'twofa_attempts_in_flight', { probe: 'acme-sms' }) ?? 0,
  );
}

function sendOf(world: AppWorld, { id }: Attempt): TrueSend {
  const sends = world.sim.truth.sends().filter((send) => send.attempt === id);
  expect(sends).toHaveLength(1);
  const [send] = sends;
  if (!send) throw new Error('unreachable');
  return send;
}

interface Measured {
  readonly trueMs: number;
  readonly errorMs: number;
}

/**
 * The error has a sign and bounds that hold on the slowest machine: we stamp t0 before the site has the request, and
 * t1 after the carrier began to write; and t0 is after the answer to the login, t1 before the answer to the carrier.
 */
function measure(world: AppWorld, { attempt, send }: { attempt: Attempt; send: TrueSend }): Measured[] {
  const measuredMs = attempt.code?.deliveryMs ?? null;
  if (measuredMs === null) return [];
  const pushes = arrived(send).flatMap(({ pushes: [first] }) => (first ? [first] : []));
  const first = pushes.toSorted((a, b) => a.atMs - b.atMs)[0];
  const challenged = world.sim.truth.logins().find((login) => login.attempt === attempt.id);
  if (!first || !challenged) throw new Error('a code arrived that nobody brought');
  const trueMs = first.atMs - send.requestedAtMs;
  expect(measuredMs).toBeGreaterThanOrEqual(trueMs);
  expect(measuredMs).toBeLessThanOrEqual((first.endedMs ?? Infinity) - challenged.atMs);
  expect(attempt.code?.uncertaintyMs).toBe(0);
  return [{ trueMs, errorMs: measuredMs - trueMs }];
}

const arrived = (send: TrueSend): TrueDelivery[] =>
  (send.message?.deliveries ?? []).filter(({ arrivedMs }) => arrivedMs !== null);

function truthOf(send: TrueSend, { expiryMs }: Attempt): string {
  const inTime = arrived(send).some(({ arrivedMs }) => (arrivedMs ?? 0) - send.requestedAtMs <= expiryMs);
  return inTime ? 'came within its expiry' : 'not within its expiry';
}

/**
 * Attempts that submitted a code which another had asked for. Nothing but its value tells a copy of an older message, under
 * an id and times of its own, from the code that is waited for; so that is the one way in which it may happen.
 */
function confusedAttempts(world: AppWorld): Set<string | null> {
  const { truth } = world.sim;
  const wrong = truth.verifies().filter(({ attempt, send }) => send?.attempt !== attempt);
  for (const { attempt, send } of wrong) {
    const own = truth.sends().find((one) => one.attempt === attempt);
    const copies = (send ? arrived(send) : []).filter(({ copy }) => copy);
    expect(copies.some(({ arrivedMs }) => (arrivedMs ?? 0) > (own?.requestedAtMs ?? Infinity))).toBe(true);
  }
  const confused = new Set(wrong.map(({ attempt }) => attempt));
  const refused = truth
    .verifies()
    .filter(({ attempt, result }) => result !== 'accepted' && !confused.has(attempt));
  expect(refused).toEqual([]);
  return confused;
}

function report(errors: readonly Measured[], attempts: readonly Attempt[]): void {
  const sorted = errors.map(({ errorMs }) => errorMs / SPEED).toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]?.toFixed(2);
  const outcomes = Object.entries(Object.groupBy(attempts, ({ outcome }) => outcome));
  process.stdout.write(
    `${errors.length} deliveries; measured minus true, real ms: ` +
      `min ${at(0)} p50 ${at(0.5)} p90 ${at(0.9)} p99 ${at(0.99)} max ${at(1)}; ` +
      `true ${Math.min(...errors.map(({ trueMs }) => trueMs)).toFixed(0)} to ` +
      `${Math.max(...errors.map(({ trueMs }) => trueMs)).toFixed(0)} simulated ms; ` +
      outcomes.map(([outcome, all]) => `${outcome} ${all?.length ?? 0}`).join(', ') +
      '\n',
  );
}

/** What the store, the metrics and the events say is one and the same. */
function holdAgainstBooks(world: AppWorld, { attempts, families, usage }: Books): void {
  for (const outcome of ['ok', 'late', 'lost'] as const) {
    const count = attempts.filter((attempt) => attempt.outcome === outcome).length;
    expect(valueOf(families, 'twofa_attempts_total', { outcome })).toBe(count);
  }
  const told = world.events.flatMap((event) => (event.kind === 'attempt_finished' ? [event.attempt.id] : []));
  expect(attempts.map(({ id }) => id).toSorted()).toEqual(told.toSorted());
  expect(usage.spent).toBe(attempts.length * CODE_COST);
  expect(valueOf(families, 'twofa_spend_month')).toBeCloseTo((attempts.length * CODE_COST) / 1e6, 6);
  const settled = world.events.flatMap((event) =>
    event.kind === 'message_settled' ? [event.disposition] : [],
  );
  const came = attempts.filter(({ code }) => code?.deliveryMs !== null).length;
  expect(settled.filter((disposition) => disposition === 'matched')).toHaveLength(came);
  expect(settled).not.toContain('stale');
  expect(settled).not.toContain('wrong_sender');
}
