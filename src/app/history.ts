import type { Attempt } from '../domain/attempt.ts';
import { markOf, type AttemptMark, type Marks } from '../domain/mark.ts';
import { DAY, MINUTE, SECOND } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Observer } from '../ports/observer.ts';
import type { AttemptBook } from '../ports/store.ts';

/** How far back charts go. */
export const HISTORY_MS = DAY;
/** Records in one look into the store: more would hold up what else the store does. */
const PAGE = 500;
/** Attempts of other nodes are looked for this often at most, and that far back: results may reach the store late. */
const CATCH_UP_EVERY_MS = 5 * SECOND;
const CATCH_UP_MS = 2 * MINUTE;
/** Of each probe; a tick every half minute fills a day with 2880. */
const MOST_OF_A_PROBE = 3000;

/** The attempts of the last day in short, so that a page need not read and parse them all. */
export interface History extends Observer {
  /** Reads the last day from the store, newest first; what is read shows at once. */
  load(signal: AbortSignal): Promise<void>;
  /** Oldest first, by probe; with what other nodes have kept by now. */
  marks(): Promise<Marks>;
}

interface Deps {
  readonly attempts: Pick<AttemptBook, 'find'>;
  readonly clock: Clock;
}

export function createHistory({ attempts, clock }: Deps): History {
  const byProbe = new Map<string, AttemptMark[]>();
  let caughtUpAtMs = -Infinity;
  const add = (attempt: Attempt): void => {
    const marks = byProbe.get(attempt.probe) ?? [];
    byProbe.set(attempt.probe, marks);
    insert(marks, markOf(attempt));
  };

  /** Reads pages until all since `since` are here. */
  async function read(since: number, signal?: AbortSignal): Promise<void> {
    let after: Attempt | undefined;
    for (;;) {
      signal?.throwIfAborted();
      const page = await attempts.find({ since, limit: PAGE, ...(after && { after }) });
      for (const attempt of page) add(attempt);
      after = page.at(-1);
      if (page.length < PAGE) return;
    }
  }

  async function catchUp(): Promise<void> {
    if (clock.monotonicMs() - caughtUpAtMs < CATCH_UP_EVERY_MS) return;
    caughtUpAtMs = clock.monotonicMs();
    await read(clock.now() - CATCH_UP_MS);
  }

  return {
    observe(event) {
      if (event.kind === 'attempt_finished') add(event.attempt);
    },
    async load(signal) {
      await read(clock.now() - HISTORY_MS, signal);
    },
    async marks() {
      await catchUp();
      forget(byProbe, clock.now() - HISTORY_MS);
      return byProbe;
    },
  };
}

/** Keeps the order; what is known already is left alone. */
function insert(marks: AttemptMark[], mark: AttemptMark): void {
  let place = marks.length;
  for (; place > 0; place -= 1) {
    const before = marks[place - 1];
    if (!before || before.finishedAt < mark.finishedAt) break;
    if (before.id === mark.id) return;
  }
  marks.splice(place, 0, mark);
  if (marks.length > MOST_OF_A_PROBE) marks.shift();
}

function forget(byProbe: Map<string, AttemptMark[]>, since: number): void {
  for (const [probe, marks] of byProbe) {
    const kept = marks.findIndex((mark) => mark.finishedAt >= since);
    if (kept === -1) byProbe.delete(probe);
    else if (kept > 0) marks.splice(0, kept);
  }
}
