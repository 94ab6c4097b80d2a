import { MINUTE, type EpochMs } from '../../domain/units.ts';

/** How often an inbox that stays down is held against the receiver: a hiccup is none. */
const EVERY_MS = MINUTE;

/** The inboxes that cannot be read now. */
export class Unread {
  /** When each was last held against the receiver; at first, when it went down. */
  readonly #noted = new Map<string, EpochMs>();

  down(inbox: string, at: EpochMs): void {
    this.#noted.set(inbox, this.#noted.get(inbox) ?? at);
  }

  up(inbox: string): void {
    this.#noted.delete(inbox);
  }

  /** Forgets those that are no longer configured. */
  keep(inboxes: ReadonlySet<string>): void {
    for (const inbox of this.#noted.keys()) if (!inboxes.has(inbox)) this.#noted.delete(inbox);
  }

  /** The inboxes to take down as evidence now. */
  due(at: EpochMs): string[] {
    const due = [...this.#noted].filter(([, noted]) => at - noted >= EVERY_MS).map(([inbox]) => inbox);
    for (const inbox of due) this.#noted.set(inbox, at);
    return due;
  }
}
