import { AttemptFailure } from '../domain/failure.ts';
import type { Outcome } from '../domain/outcome.ts';
import { SECOND } from '../domain/units.ts';
import type { Stamp } from '../domain/stamp.ts';
import type { Clock } from '../ports/clock.ts';
import { StoreDown } from '../ports/store.ts';
import type { ArrivedCode, Mailbox, Reading } from './mailbox.ts';

/**
 * Waits for one requested code, from t0 to its expiry.
 *
 * before the deadline: a code ends the wait;
 * at the deadline:     the inbox is polled once more; messages without a readable code end the wait now;
 *                      else the code is overdue, once, and the wait goes on, because an abandoned login does harm;
 * at the expiry:       polled once more; then it is lost, or the inbox could not be read.
 */
export class CodeWait {
  readonly #deps: CodeWaitDeps;
  readonly #given = new Set<string>();
  #current: ArrivedCode | null = null;
  overdue = false;

  constructor(deps: CodeWaitDeps) {
    this.#deps = deps;
  }

  /** All codes that were handed out. */
  get given(): ReadonlySet<string> {
    return this.#given;
  }

  /** The code that was handed out last. */
  get current(): ArrivedCode | null {
    return this.#current;
  }

  get late(): boolean {
    return this.#current !== null && this.#current.deliveryMs > this.#deps.deadlineMs;
  }

  /** The first code; throws how the wait ended without one. */
  async first(): Promise<string> {
    const { deadlineMs, expiryMs } = this.#deps;
    const early = await this.#until(deadlineMs);
    if (early) return this.#hand(early);
    const readable = (await this.#lastLook()) && !this.#deps.hasUnkept();
    const atDeadline = this.#next() ?? this.#endAtDeadline();
    if (atDeadline) return this.#hand(atDeadline);
    // A code that we could not have seen is not overdue.
    if (readable) this.#setOverdue();
    const late = await this.#until(expiryMs);
    if (late) return this.#hand(late);
    const stillReadable = await this.#lastLook();
    const last = this.#next();
    if (last) return this.#hand(last);
    throw this.#endAtExpiry(stillReadable);
  }

  /** After a refusal: a different code, already here or here by the deadline; null when there is none. */
  async another(): Promise<string | null> {
    const before = this.#current;
    const next = await this.#until(this.#deps.deadlineMs);
    if (!next) return null;
    const code = this.#hand(next);
    // A code that was late stays late, whatever a second one does.
    if (before && before.deliveryMs > this.#deps.deadlineMs) this.#current = before;
    return code;
  }

  #hand(arrived: ArrivedCode): string {
    this.#given.add(arrived.code);
    this.#current = arrived;
    return arrived.code;
  }

  #next(): ArrivedCode | null {
    return this.#deps.mailbox.reading.codes.find((arrived) => !this.#given.has(arrived.code)) ?? null;
  }

  async #until(endMs: number): Promise<ArrivedCode | null> {
    const { clock, t0, signal, mailbox } = this.#deps;
    for (;;) {
      const rung = mailbox.bell.next();
      await this.#read();
      const next = this.#next();
      if (next) return next;
      const leftMs = t0.monotonicMs + endMs - clock.monotonicMs();
      if (leftMs <= 0) return null;
      const waitMs = Math.min(leftMs, this.#deps.lookEveryMs);
      await mailbox.bell.race(rung, (stop) => clock.sleep(waitMs, AbortSignal.any([signal, stop])));
    }
  }

  /** A store that is away for a moment hides messages, it does not lose them. */
  async #read(): Promise<Reading> {
    const { mailbox, t0, clock, signal } = this.#deps;
    for (;;) {
      try {
        return await mailbox.read(t0);
      } catch (error) {
        if (!(error instanceof StoreDown)) throw error;
        await clock.sleep(SECOND, signal);
      }
    }
  }

  /** Polls the inbox once more; false when it cannot be read. */
  async #lastLook(): Promise<boolean> {
    const readable = await this.#deps.pollInbox(this.#deps.signal);
    await this.#read();
    return readable;
  }

  #setOverdue(): void {
    this.overdue = true;
    this.#deps.onOverdue();
  }

  #endAtDeadline(): null {
    const { redactedMs, unreadableMs } = this.#deps.mailbox.reading;
    if (redactedMs !== null) throw redacted();
    if (unreadableMs !== null) throw unreadable('no message held a single readable code');
    return null;
  }

  #endAtExpiry(readable: boolean): AttemptFailure {
    const { redactedMs, unreadableMs, wrongSenders } = this.#deps.mailbox.reading;
    if (!readable) return ended('receiver_down', 'the inbox could not be read when the code was due');
    if (this.#deps.hasUnkept()) return ended('receiver_down', UNKEPT);
    if (redactedMs !== null) return redacted();
    if (unreadableMs !== null) return unreadable('no message held a single readable code');
    if (wrongSenders > 0) {
      return unreadable(
        `${wrongSenders} message(s) came, all from senders that are not allowed (see "sender")`,
      );
    }
    return ended('lost', `no code came within ${Math.round(this.#deps.expiryMs / SECOND)} s`);
  }
}

const ended = (outcome: Outcome, why: string) => new AttemptFailure(outcome, why);
const unreadable = (why: string) => ended('code_unreadable', why);
const UNKEPT = 'a message came that could not be kept, and was not sent again: the store was down';
const redacted = () =>
  ended(
    'redacted',
    'the provider hid the code (Twilio error 30038: ask its support for an exception, or use a SIM)',
  );

export interface CodeWaitDeps {
  readonly t0: Stamp;
  readonly deadlineMs: number;
  readonly expiryMs: number;
  readonly clock: Clock;
  readonly mailbox: Mailbox;
  readonly signal: AbortSignal;
  /** How often to look without being woken: a message that another node took may come without a word. */
  readonly lookEveryMs: number;
  /** True when the inbox could be read, or needs no polling and is up. */
  pollInbox(signal: AbortSignal): Promise<boolean>;
  /** Whether a message that may be it has come and could not be kept. */
  hasUnkept(): boolean;
  onOverdue(): void;
}
