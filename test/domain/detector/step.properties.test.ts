import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DEFAULTS,
  deadlineOf,
  windowLimit,
  type DetectorConfig,
} from '../../../src/domain/detector/config.ts';
import type { DetectorEvent } from '../../../src/domain/detector/event.ts';
import { HYPOTHESES } from '../../../src/domain/detector/hypothesis.ts';
import { EVIDENCE_FLOOR, init, readState, type DetectorState } from '../../../src/domain/detector/state.ts';
import { step, type Step } from '../../../src/domain/detector/step.ts';

const START = Date.UTC(2026, 0, 5, 22, 0);

/** What a run does next; ids and times follow from the run itself. */
type Move =
  | { kind: 'launch'; afterMs: number; confirm: boolean }
  | { kind: 'deliver'; afterMs: number; latencyMs: number }
  | { kind: 'abort' | 'tick' | 'restore' | 'rebaseline' | 'maintain' | 'resume'; afterMs: number };

const after = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 70_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 200_000, max: 1_200_000 }) },
);
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('launch' as const), afterMs: after, confirm: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('deliver' as const),
      afterMs: after,
      latencyMs: fc.integer({ min: 1, max: 90_000 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('tick' as const), afterMs: after }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('abort' as const, 'restore' as const, 'rebaseline' as const),
      afterMs: after,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('maintain' as const, 'resume' as const), afterMs: after }),
  },
);
const moves = fc.array(move, { maxLength: 120 });
const config: fc.Arbitrary<DetectorConfig> = fc
  .record({ warmupProbes: fc.constantFrom(0, 10), phones: fc.constantFrom(1, 2) })
  .map((chosen) => ({ ...DEFAULTS, ...chosen }));

function eventOf(move: Move, n: number, at: number, state: DetectorState): DetectorEvent {
  const id = state.waiting[n % Math.max(1, state.waiting.length)]?.id ?? 'nobody';
  switch (move.kind) {
    case 'launch':
      return { type: 'launch', at, id: `p${n}`, confirm: move.confirm };
    case 'deliver':
      return { type: 'delivered', at, id, latencyMs: move.latencyMs };
    case 'abort':
      return { type: 'abort', at, id };
    case 'maintain':
      return { type: 'maintenance', at, on: true };
    case 'resume':
      return { type: 'maintenance', at, on: false };
    case 'tick':
    case 'restore':
    case 'rebaseline':
      break;
  }
  return { type: move.kind, at };
}

/** Runs the moves and hands every step to `check`. */
function run(
  all: readonly Move[],
  config: DetectorConfig,
  check: (now: Step, before: DetectorState, event: DetectorEvent) => void,
): void {
  let state = init(START, config);
  let at = START;
  for (const [n, move] of all.entries()) {
    at += move.afterMs;
    const event = eventOf(move, n, at, state);
    const now = step(state, event, config);
    check(now, state, event);
    state = now.state;
  }
}

/** A detector that is already suspicious: every code of the last minutes was lost. */
function suspicious(config: DetectorConfig): DetectorState {
  let state = init(START, config);
  for (let probe = 0; probe < 2; probe += 1) {
    const at = START + probe * 150_000;
    state = step(state, { type: 'launch', at, id: `lost${probe}`, confirm: false }, config).state;
    state = step(state, { type: 'tick', at: at + deadlineOf(config) }, config).state;
  }
  return state;
}

/** Launches the confirmation that was asked for; its code arrives or stays out. */
function confirm(state: DetectorState, id: string, arrived: boolean): DetectorState {
  const launched = step(state, { type: 'launch', at: state.lastAt, id, confirm: true }, WARM).state;
  const arrival = { type: 'delivered', at: state.lastAt + 5000, id, latencyMs: 5000 } as const;
  return arrived ? step(launched, arrival, WARM).state : launched;
}

const WARM: DetectorConfig = { ...DEFAULTS, warmupProbes: 0 };

test('evidence never sinks below its floor, so that health does not slow the next alarm', () => {
  fc.assert(
    fc.property(moves, config, (all, config) => {
      run(all, config, ({ state }) => {
        for (const outage of HYPOTHESES)
          expect(state.evidence[outage]).toBeGreaterThanOrEqual(EVIDENCE_FLOOR);
        expect(state.recovery).toBeGreaterThanOrEqual(0);
      });
    }),
  );
});

test('a restart at any step changes nothing of what comes after', () => {
  fc.assert(
    fc.property(moves, config, (all, config) => {
      run(all, config, (now, before, event) => {
        const restored = readState(JSON.parse(JSON.stringify(before)), config);
        expect(restored && step(restored, event, config)).toEqual(now);
      });
    }),
  );
});

test('a step leaves the state that it was given as it was', () => {
  fc.assert(
    fc.property(moves, config, (all, config) => {
      run(all, config, (_now, before, event) => {
        const copy = structuredClone(before);
        step(before, event, config);
        expect(before).toEqual(copy);
      });
    }),
  );
});

test('a confirmation is never asked for when the window is full, the budget empty or the last send too near', () => {
  fc.assert(
    fc.property(moves, config, (all, config) => {
      run(all, config, ({ state, answer }) => {
        if (answer.action === 'none') return;
        const inWindow = state.sends.filter((sentAt) => state.lastAt - sentAt < config.windowMs);
        expect(inWindow.length).toBeLessThan(windowLimit(config));
        expect(state.budgetMs).toBeGreaterThanOrEqual(config.refillMs);
        expect(state.lastAt - (state.lastLaunchAt ?? -Infinity)).toBeGreaterThanOrEqual(config.confirmGapMs);
      });
    }),
  );
});

test('whoever launches all that is asked for stays within the window', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 100, maxLength: 200 }), (arrives) => {
      let state = suspicious(WARM);
      let asked = 0;
      for (const [n, arrived] of arrives.entries()) {
        const ticked = step(state, { type: 'tick', at: state.lastAt + 10_000 }, WARM);
        const isAsked = ticked.answer.action === 'confirm';
        state = isAsked ? confirm(ticked.state, `c${n}`, arrived) : ticked.state;
        asked += isAsked ? 1 : 0;
        const inWindow = state.sends.filter((sentAt) => state.lastAt - sentAt < WARM.windowMs);
        expect(inWindow.length).toBeLessThanOrEqual(windowLimit(WARM));
      }
      expect(asked).toBeGreaterThan(0);
    }),
  );
});

test('an aborted probe leaves no evidence, only its send', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 59_999 }), (waitedMs) => {
      const before = suspicious(WARM);
      const at = before.lastAt + 60_000;
      const launched = step(before, { type: 'launch', at, id: 'x', confirm: true }, WARM).state;
      const aborted = step(launched, { type: 'abort', at: at + waitedMs, id: 'x' }, WARM);
      const idle = step(before, { type: 'tick', at: at + waitedMs }, WARM);
      expect(aborted.state.evidence).toEqual(before.evidence);
      expect(aborted.answer.score).toBe(idle.answer.score);
      expect(aborted.state.counts).toEqual(before.counts);
      expect(aborted.state.sends).toEqual([...before.sends, at]);
    }),
  );
});

test('a code that arrives after its probe timed out is ignored, whatever latency it claims', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600_000 }), (latencyMs) => {
      const before = suspicious(WARM);
      const event = { type: 'delivered', at: before.lastAt + 1000, id: 'lost1', latencyMs } as const;
      const late = step(before, event, WARM);
      expect(late.state).toEqual(step(before, { type: 'tick', at: event.at }, WARM).state);
    }),
  );
});

test('a clock that goes back stands still', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 86_400_000 }), (backMs) => {
      const before = suspicious(WARM);
      const back = step(before, { type: 'tick', at: before.lastAt - backMs }, WARM);
      expect(back.state).toEqual(step(before, { type: 'tick', at: before.lastAt }, WARM).state);
    }),
  );
});

test('the next wake lies in the future, and nothing changes between now and then', () => {
  fc.assert(
    fc.property(moves, config, fc.double({ min: 0, max: 0.999, noNaN: true }), (all, config, share) => {
      run(all, config, ({ state, answer }) => {
        if (answer.nextWake === null) return;
        expect(answer.nextWake).toBeGreaterThan(state.lastAt);
        const between = Math.floor(state.lastAt + share * (answer.nextWake - state.lastAt));
        // Beyond the gap the silence itself is an event.
        if (between - state.lastAt > config.maxGapMs || crossesDay(state.lastAt, between)) return;
        const early = step(state, { type: 'tick', at: between }, config).answer;
        expect({ ...early, nextWake: 0, transition: null }).toEqual({
          ...answer,
          nextWake: 0,
          transition: null,
        });
      });
    }),
  );
});

const crossesDay = (from: number, to: number): boolean =>
  Math.floor(from / 86_400_000) !== Math.floor(to / 86_400_000);
