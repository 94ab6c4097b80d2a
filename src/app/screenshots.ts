import type { EpochMs } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { StateBook } from '../ports/store.ts';

/** Pictures of failed attempts, in the store, so that any node can show them. */
export interface Screenshots {
  /** Keeps it, and the newest of this node only. Never rejects: a picture is not worth an attempt. */
  keep(attempt: string, png: Uint8Array): Promise<void>;
  find(attempt: string): Promise<Uint8Array | null>;
  /** Forgets those of before. Never rejects. */
  forget(before: EpochMs): Promise<void>;
}

interface Deps {
  /** Asked for at each use. */
  readonly state: () => StateBook;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly node: string;
}

/** A hundred of them are some 10 MB. */
const MOST = 100;

const keyOf = (attempt: string): string => `screenshot/${attempt}`;

interface Entry {
  readonly attempt: string;
  readonly at: EpochMs;
}

export function createScreenshots({ state, clock, logger, node }: Deps): Screenshots {
  const listKey = `screenshots/${node}`;
  let turn: Promise<void> = Promise.resolve();

  /** One after another: each change of the list reads it first. */
  function change(write: (list: readonly Entry[]) => Record<string, unknown>): Promise<void> {
    turn = changeAfter(turn, write);
    return turn;
  }

  async function changeAfter(before: Promise<void>, write: Parameters<typeof change>[0]): Promise<void> {
    await before;
    try {
      const book = state();
      await book.write(write(parseList((await book.read(listKey))[listKey])));
    } catch (error) {
      logger.log('warn', 'screenshot_not_kept', { error });
    }
  }

  const without = (gone: readonly Entry[]) =>
    Object.fromEntries(gone.map(({ attempt }) => [keyOf(attempt), null]));

  return {
    keep: (attempt, png) =>
      change((list) => {
        const kept = [...list, { attempt, at: clock.now() }];
        return {
          ...without(kept.slice(0, -MOST)),
          [listKey]: kept.slice(-MOST),
          [keyOf(attempt)]: Buffer.from(png).toString('base64'),
        };
      }),
    async find(attempt) {
      const value = (await state().read(keyOf(attempt)))[keyOf(attempt)];
      return typeof value === 'string' ? Buffer.from(value, 'base64') : null;
    },
    forget: (before) =>
      change((list) => {
        const kept = list.filter(({ at }) => at >= before);
        return { ...without(list.filter(({ at }) => at < before)), [listKey]: kept.length > 0 ? kept : null };
      }),
  };
}

function parseList(value: unknown): Entry[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (entry: unknown): entry is Entry =>
      typeof entry === 'object' &&
      entry !== null &&
      'attempt' in entry &&
      typeof entry.attempt === 'string' &&
      'at' in entry &&
      typeof entry.at === 'number',
  );
}
