import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CodeRejected } from '../../src/domain/failure.ts';
import type { ProbeSpec } from '../../src/engine/probe-spec.ts';
import type { FlowContext } from '../../src/ports/login-flow.ts';
import type { Store } from '../../src/ports/store.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import {
  buildSpec,
  createEngineWorld,
  NUMBERS,
  phoneAccount,
  type EngineWorld,
} from '../support/engine-world.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** What the carrier does with one code: lost, or delivered after a while, and perhaps again later. */
interface Fate {
  readonly delayMs: number | null;
  readonly copies: readonly number[];
  /** The provider says when it took the message. */
  readonly dated: boolean;
}

type Action =
  | { readonly do: 'start'; readonly phone: string }
  | { readonly do: 'stranger'; readonly phone: string }
  | { readonly do: 'redeliver' }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'crash' };

const EXPIRY_MS = 300_000;
const REST_MS = 600_000;

/** Mostly as on a good day; else anything up to long after the phone has rested. */
const delays = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 200, max: 9_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 50_000, max: 330_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 300_000, max: 900_000 }) },
);

const fates = fc.record({
  delayMs: fc.option(delays, { freq: 6 }),
  copies: fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 2 }),
  dated: fc.boolean(),
});

// One busy phone makes messages and attempts meet; the other shows that they are kept apart.
const phones = fc.constantFrom('us-a', 'us-a', 'us-a', 'us-b');
const waits = fc.oneof(fc.integer({ min: 0, max: 12_000 }), fc.integer({ min: 0, max: 320_000 }));
const actions: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('start' as const), phone: phones }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stranger' as const), phone: phones }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('redeliver' as const) }) },
  { weight: 7, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: waits }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
);

/** A code on its way, as only the carrier knows it. */
interface Sent {
  readonly attempt: string;
  readonly phone: string;
  readonly code: string;
  readonly sentAt: number;
  readonly dated: boolean;
}

interface Arrival {
  readonly id: string;
  readonly sent: Sent;
  readonly arrivedAt: number;
}

/** The carrier, the target and a daemon that may die: the truth of one run. */
class Play {
  readonly clock = new FakeClock();
  readonly arrivals: Arrival[] = [];
  readonly strangers: string[] = [];
  readonly requested = new Map<string, number>();
  readonly submitted: { attempt: string; code: string }[] = [];
  /** One list over all boots. */
  readonly events: EngineWorld['events'] = [];
  readonly crashed = new Set<string>();
  #due: { at: number; sent: Sent }[] = [];
  readonly #fates: Fate[];
  #world: EngineWorld | null = null;
  #store: Store | null = null;
  #boots = 0;
  #codes = 0;
  #kill: () => void = () => undefined;

  constructor(all: readonly Fate[]) {
    this.#fates = [...all];
  }

  get world(): EngineWorld {
    if (!this.#world) throw new Error('not started');
    return this.#world;
  }

  async boot(): Promise<void> {
    this.#store ??= await openSqliteStore(':memory:', { boot: 'play' });
    this.#boots += 1;
    const { store, kill } = killable(this.#store);
    this.#kill = kill;
    const boot = `b${this.#boots}`;
    this.#world = await createEngineWorld({
      store,
      clock: this.clock,
      boot,
      firstId: this.#boots * 1000,
      events: this.events,
    });
  }

  /** The process is gone at once: nothing of it reaches the store any more. */
  async crash(): Promise<void> {
    this.#kill();
    for (const [attempt] of this.requested) if (!this.ended(attempt)) this.crashed.add(attempt);
    await this.boot();
  }

  ended(attempt: string): boolean {
    return this.events.some((event) => event.kind === 'attempt_finished' && event.attempt.id === attempt);
  }

  spec(phone: string): ProbeSpec {
    const flow = {
      kind: 'play',
      run: async (context: FlowContext) => {
        await context.stage('login', async () => undefined);
        await context.stage('request_code', () =>
          context.sending(async (written) => {
            written();
            this.#send(context.attemptId, phone);
          }),
        );
        await context.code();
        await context.stage('verify', async (code) => this.#verify(context.attemptId, code));
      },
    };
    return buildSpec({ flow, accounts: [phoneAccount(phone)], entry: { name: `probe-${phone}` } });
  }

  #send(attempt: string, phone: string): void {
    const now = this.clock.now();
    this.requested.set(attempt, now);
    const fate = this.#fates.shift() ?? { delayMs: 3000, copies: [], dated: false };
    if (fate.delayMs === null) return;
    const code = String(100_000 + (this.#codes += 1));
    const sent = { attempt, phone, code, sentAt: now, dated: fate.dated };
    for (const after of [0, ...fate.copies]) this.#due.push({ at: now + fate.delayMs + after, sent });
    this.#due.sort((a, b) => a.at - b.at);
  }

  #verify(attempt: string, code: string): void {
    this.submitted.push({ attempt, code });
    if (this.owner(code) !== attempt) throw new CodeRejected('not the code of this login');
  }

  owner(code: string): string | undefined {
    return this.arrivals.find((arrival) => arrival.sent.code === code)?.sent.attempt;
  }

  async wait(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    for (;;) {
      const next = this.#due[0];
      if (!next || next.at > end) break;
      this.#due.shift();
      await this.clock.advance(next.at - this.clock.now());
      await this.#arrive(next.sent);
    }
    await this.clock.advance(end - this.clock.now());
  }

  async #arrive(sent: Sent): Promise<void> {
    const id = `M${this.arrivals.length}`;
    this.arrivals.push({ id, sent, arrivedAt: this.clock.now() });
    await this.deliver(id, sent);
    await this.clock.advance(0);
  }

  /** Also what a provider does that did not hear our answer: the same message again. */
  async deliver(id: string, sent: Sent): Promise<void> {
    const at = Math.floor(sent.sentAt / 1000) * 1000;
    const times = sent.dated ? [{ clock: 'provider' as const, at, resolutionMs: 1000 }] : [];
    await this.world.receive({
      providerId: id,
      from: id,
      to: NUMBERS[sent.phone] ?? '',
      body: `${sent.code} is it`,
      times,
    });
  }

  async stranger(phone: string): Promise<void> {
    const id = `S${this.strangers.length}`;
    this.strangers.push(id);
    await this.world.receive({ providerId: id, from: id, to: NUMBERS[phone] ?? '', body: 'hello' });
    await this.clock.advance(0);
  }

  async act(action: Action): Promise<void> {
    if (action.do === 'wait') await this.wait(action.ms);
    if (action.do === 'stranger') await this.stranger(action.phone);
    if (action.do === 'crash') await this.crash();
    if (action.do === 'start') {
      await this.world.engine.scheduler.run(this.spec(action.phone), 'manual');
      await this.clock.advance(0);
    }
    const last = this.arrivals.at(-1);
    if (action.do === 'redeliver' && last) await this.deliver(last.id, last.sent);
  }
}

function killable(store: Store): { store: Store; kill: () => void } {
  let dead = false;
  const guard = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get: (of, name, self) => {
        const found: unknown = Reflect.get(of, name, self);
        if (typeof found !== 'function') return found;
        return (...args: unknown[]) =>
          dead ? new Promise(() => undefined) : (Reflect.apply(found, of, args) as unknown);
      },
    });
  const parts = {
    leases: guard(store.leases),
    attempts: guard(store.attempts),
    messages: guard(store.messages),
    state: guard(store.state),
  };
  return {
    store: { ...store, ...parts },
    kill: () => {
      dead = true;
    },
  };
}

/** The copy of an older code is refused in the next attempt, whose own code comes when that is over. */
const REFUSED_COPY: [Action[], Fate[]] = [
  [
    { do: 'start', phone: 'us-a' },
    { do: 'wait', ms: 31_000 },
    { do: 'start', phone: 'us-a' },
    { do: 'wait', ms: 62_000 },
    { do: 'start', phone: 'us-a' },
    { do: 'wait', ms: 188_000 },
  ],
  [
    { delayMs: 2_600, copies: [43_000], dated: false },
    { delayMs: 266_000, copies: [], dated: false },
    { delayMs: 604_000, copies: [], dated: false },
  ],
];

test('whatever interleaves, each message is accounted for once, each code settles once, and none goes astray', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(actions, { minLength: 8, maxLength: 24 }),
      fc.array(fates, { minLength: 4, maxLength: 12 }),
      async (doing, fate) => {
        const play = new Play(fate);
        await play.boot();
        for (const action of doing) await play.act(action);
        await play.wait(3 * REST_MS);
        check(play);
        await play.world.stop();
      },
    ),
    // A failure is told at once, with its seed: to shrink it takes minutes, and hides it behind the test's timeout.
    { numRuns: 60, endOnFailure: true, examples: [REFUSED_COPY] },
  );
}, 240_000);

function check(play: Play): void {
  const finished = play.events.flatMap((event) => (event.kind === 'attempt_finished' ? [event.attempt] : []));
  const settled = play.events.flatMap((event) => (event.kind === 'message_settled' ? [event] : []));

  // Every message in exactly one disposition, however often it was delivered.
  const settledIds = settled.map((event) => event.from).sort();
  expect(settledIds).toEqual([...play.arrivals.map(({ id }) => id), ...play.strangers].sort());

  // requested = results + waiting; nothing waits any more.
  const results = finished.filter((attempt) => attempt.code !== null).map((attempt) => attempt.id);
  expect(results.sort()).toEqual([...play.requested.keys()].sort());
  expect(new Set(finished.map((attempt) => attempt.id)).size).toBe(finished.length);

  for (const { attempt, code } of play.submitted) mayHaveBeenTakenForIts(play, attempt, code);

  // A code that came in its time is never called lost.
  for (const attempt of finished) {
    const requestedAt = play.requested.get(attempt.id);
    if (requestedAt === undefined || play.crashed.has(attempt.id)) continue;
    const own = play.arrivals.find(({ sent }) => sent.attempt === attempt.id);
    // At the very expiry either is right.
    if (!own || own.arrivedAt - requestedAt >= EXPIRY_MS) continue;
    // Copies of two older codes that came first have used both submissions up.
    const foreign = play.submitted.filter(
      (one) => one.attempt === attempt.id && play.owner(one.code) !== attempt.id,
    );
    if (attempt.outcome === 'code_rejected' && foreign.length === 2) continue;
    const allowed =
      own.arrivedAt - requestedAt <= 60_000
        ? ['ok']
        : ['late', 'code_rejected', 'aborted', 'code_unreadable'];
    expect(allowed).toContain(attempt.outcome);
    if (attempt.outcome === 'ok') expect(attempt.code?.deliveryMs).toBe(own.arrivedAt - requestedAt);
  }
}

/** A code of another attempt may be submitted only where nothing in section "whose code is it" could have told. */
function mayHaveBeenTakenForIts(play: Play, attempt: string, code: string): void {
  const own = play.owner(code);
  if (own === attempt) return;
  const t0 = play.requested.get(attempt) ?? 0;
  const copies = play.arrivals.filter(({ sent }) => sent.code === code);
  const here = copies.filter(({ arrivedAt }) => arrivedAt >= t0);
  const before = copies.filter(({ arrivedAt }) => arrivedAt <= t0);
  const [sent] = copies.map((copy) => copy.sent);
  expect(here.length).toBeGreaterThan(0);
  // Its provider's time did not give it away.
  if (sent?.dated) expect(sent.sentAt).toBeGreaterThanOrEqual(t0 - 4000);
  // Either a copy of a code that had come, or one that outlasted the phone's rest.
  const asked = play.requested.get(own ?? '') ?? 0;
  const firstHere = here[0]?.arrivedAt ?? 0;
  expect(before.length > 0 || firstHere > asked + REST_MS).toBe(true);
}
