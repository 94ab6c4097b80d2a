import { CAUSES, type Cause } from '../../domain/verdict/cause.ts';
import type { Logger } from '../../ports/logger.ts';
import type { EventOf } from '../../ports/observer.ts';
import type { VerdictChange } from '../../ports/operations.ts';
import type { StateBook } from '../../ports/store.ts';

/** Of each target so many changes are kept, the newest. */
export const KEPT_PER_TARGET = 500;
/** Of all targets together so many are at hand without asking the store. */
const AT_HAND = 200;
const PREFIX = 'verdicts/';

/** What every target's verdict was, and when it changed. */
export class VerdictHistory {
  readonly #deps: VerdictHistoryDeps;
  readonly #unsaved = new Map<string, VerdictChange>();
  #recent: readonly VerdictChange[] | null = null;

  constructor(deps: VerdictHistoryDeps) {
    this.#deps = deps;
  }

  /** Reads what an earlier process left, once. */
  async load(): Promise<void> {
    this.#recent ??= newest(await this.#read(PREFIX), AT_HAND);
  }

  note({ target, before, verdict }: EventOf['verdict_changed']): void {
    const { at, cause, subject, posterior, words, missing, failingSince = null } = verdict;
    const told = { target, before, verdict: { at, cause, subject, posterior, words, missing, failingSince } };
    // Of several changes in one instant only what they come to is seen.
    const same = this.#unsaved.get(keyOf(told));
    const change = same ? { ...told, before: same.before } : told;
    this.#unsaved.set(keyOf(change), change);
    this.#recent = newest([change, ...(this.#recent ?? []).filter((one) => one !== same)], AT_HAND);
  }

  /** Makes the changes durable and forgets the oldest; a store that is away gets them later. */
  async save(): Promise<void> {
    const changes = new Map(this.#unsaved);
    if (changes.size === 0) return;
    const { state, logger } = this.#deps;
    this.#unsaved.clear();
    try {
      await state.write(Object.fromEntries(changes));
      const targets = new Set([...changes.values()].map(({ target }) => target));
      for (const target of targets) await this.#prune(target);
    } catch (error) {
      for (const [key, change] of changes) if (!this.#unsaved.has(key)) this.#unsaved.set(key, change);
      logger.log('warn', 'verdicts_not_saved', { error });
    }
  }

  /** Newest first; of one target or of all. */
  async list({ target, limit }: VerdictQuery): Promise<VerdictChange[]> {
    // Where others write the history it is never loaded, and always read.
    if (this.#recent && target === undefined && limit <= AT_HAND) return this.#recent.slice(0, limit);
    const stored = await this.#read(target === undefined ? PREFIX : prefixOf(target));
    const all = new Map(stored.map((change) => [keyOf(change), change]));
    for (const [key, change] of this.#unsaved) all.set(key, change);
    const wanted = [...all.values()].filter((change) => target === undefined || change.target === target);
    return newest(wanted, limit);
  }

  #read(prefix: string): Promise<VerdictChange[]> {
    return storedChanges(this.#deps.state, prefix);
  }

  async #prune(target: string): Promise<void> {
    const { state } = this.#deps;
    const keys = Object.keys(await state.read(prefixOf(target)));
    const old = keys.sort().slice(0, -KEPT_PER_TARGET);
    if (old.length > 0) await state.write(Object.fromEntries(old.map((key) => [key, null])));
  }
}

/** All changes that were kept, in no order: of all targets, or of those under a prefix. */
export async function storedChanges(
  state: Pick<StateBook, 'read'>,
  prefix: string = PREFIX,
): Promise<VerdictChange[]> {
  const entries = await state.read(prefix);
  return Object.values(entries).flatMap((value) => parseChange(value) ?? []);
}

export interface VerdictQuery {
  readonly target?: string;
  readonly limit: number;
}

export interface VerdictHistoryDeps {
  readonly state: StateBook;
  readonly logger: Logger;
}

/** A target's name may hold anything, so its end is told by a character that is escaped in it. */
const prefixOf = (target: string): string => `${PREFIX}${encodeURIComponent(target)}/`;

/** Sorts by time. */
const keyOf = ({ target, verdict }: VerdictChange): string =>
  `${prefixOf(target)}${new Date(verdict.at).toISOString()}`;

const newest = (changes: readonly VerdictChange[], limit: number): VerdictChange[] =>
  changes.toSorted((a, b) => b.verdict.at - a.verdict.at).slice(0, limit);

/** A change out of the store; null when it is none that this version knows. */
function parseChange(value: unknown): VerdictChange | null {
  const { target, before, verdict } = Object(value) as Partial<Record<keyof VerdictChange, unknown>>;
  const known = Object(verdict) as Partial<Record<keyof VerdictChange['verdict'], unknown>>;
  const { at, subject, posterior, words, missing, failingSince } = known;
  const [from, cause] = [causeOf(before), causeOf(known.cause)];
  if (typeof target !== 'string' || typeof at !== 'number' || typeof words !== 'string') return null;
  if (!from || !cause) return null;
  return {
    target,
    before: from,
    verdict: {
      at,
      cause,
      subject: typeof subject === 'string' ? subject : null,
      posterior: typeof posterior === 'number' ? posterior : 0,
      words,
      missing: Array.isArray(missing) ? missing.filter((one) => typeof one === 'string') : [],
      failingSince: typeof failingSince === 'number' ? failingSince : null,
    },
  };
}

const causeOf = (value: unknown): Cause | undefined => CAUSES.find((one): one is Cause => one === value);
