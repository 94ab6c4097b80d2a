import type { Attempt } from '../domain/attempt.ts';
import {
  addReceipt,
  ownerOf,
  parseReceiptRecord,
  RECEIPT_WAIT_MS,
  truthOf,
  type Receipt,
  type ReceiptRecord,
} from '../domain/receipt.ts';
import { HOUR, type EpochMs, type PhoneNumber } from '../domain/units.ts';
import type { Logger } from '../ports/logger.ts';
import type { Observer, ProbeEvent } from '../ports/observer.ts';
import type { AttemptBook, StateBook } from '../ports/store.ts';
import type { Notify } from './notify.ts';

/** By phone and message: receipts that no attempt has yet. */
const OPEN = 'receipt-open|';
/** By attempt and message: receipts held against what was seen. */
const JUDGED = 'receipt|';
/** By message: that it was judged, and when its first receipt came. */
const DONE = 'receipt-done|';

/** As many attempts as may have ended while a code was good. */
const MAX_ATTEMPTS = 1000;

/**
 * Holds what the sender's provider says against what arrived. It only ever adds evidence and counts: no outcome, no
 * detector and no verdict hears of it.
 */
export class Receipts implements Observer {
  readonly #deps: ReceiptsDeps;
  #phones: ReadonlyMap<PhoneNumber, string> = new Map();
  /** One at a time, so that no receipt is judged twice. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(deps: ReceiptsDeps) {
    this.#deps = deps;
  }

  /** The phones whose receipts are ours, by number. */
  route(numbers: ReadonlyMap<PhoneNumber, string>): void {
    this.#phones = numbers;
  }

  /** Resolves when all are durable; throws StoreDown when one is not. Receipts of other numbers are let go. */
  keep(receipts: readonly Receipt[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const receipt of receipts) await this.#keepOne(receipt);
    });
  }

  observe(event: ProbeEvent): void {
    if (event.kind !== 'attempt_finished' || !event.attempt.code) return;
    const { phone } = event.attempt;
    if (phone !== null) void this.#judgeLater(`${OPEN}${phone}|`);
  }

  /** Judges what had to wait, and forgets what is older than `before` or was nobody's. */
  async tidy(before: EpochMs): Promise<void> {
    await this.#judgeLater(OPEN);
    const { state } = this.#deps;
    const [judged, done] = await Promise.all([state.read(JUDGED), state.read(DONE)]);
    const old = Object.entries({ ...judged, ...done }).filter(([, value]) => datedAt(value) < before);
    if (old.length > 0) await state.write(Object.fromEntries(old.map(([key]) => [key, null])));
  }

  /** What was said of the code of this attempt. */
  async of(attempt: string): Promise<ReceiptRecord[]> {
    const entries = await this.#deps.state.read(`${JUDGED}${attempt}|`);
    return Object.values(entries).flatMap((value) => parseReceiptRecord(value) ?? []);
  }

  async #keepOne(receipt: Receipt): Promise<void> {
    const phone = this.#phones.get(receipt.to);
    if (phone === undefined) return;
    const { state } = this.#deps;
    const message = `${receipt.inbox}|${receipt.providerId}`;
    const done = `${DONE}${message}`;
    if (done in (await state.read(done))) return;
    const key = `${OPEN}${phone}|${message}`;
    const record = addReceipt(parseReceiptRecord((await state.read(key))[key]), receipt, phone);
    await state.write({ [key]: record });
    // Durable now: what follows can wait.
    if (record.said !== 'pending') void this.#judgeLater(key);
  }

  #judgeLater(prefix: string): Promise<void> {
    return this.#inTurn(() => this.#judge(prefix)).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.#deps.logger.log('warn', 'receipts_wait', { reason });
    });
  }

  async #judge(prefix: string): Promise<void> {
    const { state, attempts, now } = this.#deps;
    const open = Object.entries(await state.read(prefix));
    const records = open.flatMap(([key, value]) => {
      const record = parseReceiptRecord(value);
      return record && record.said !== 'pending' ? [{ key, record }] : [];
    });
    if (records.length > 0) {
      const since = Math.min(...records.map(({ record }) => record.firstAt)) - HOUR;
      const ended = await attempts.find({ since, limit: MAX_ATTEMPTS });
      for (const { key, record } of records) await this.#settle(key, record, ownerOf(record, ended, now()));
    }
    const forgotten = open.filter(([, value]) => datedAt(value) + RECEIPT_WAIT_MS < now());
    for (const [key] of forgotten) await state.write({ [key]: null });
  }

  async #settle(key: string, record: ReceiptRecord, owner: Attempt | null): Promise<void> {
    if (!owner) return;
    const { state, notify } = this.#deps;
    const message = `${record.inbox}|${record.providerId}`;
    const isFirst = await state.advance(`${DONE}${message}`, record.firstAt);
    await state.write({ [key]: null, [`${JUDGED}${owner.id}|${message}`]: record });
    const truth = truthOf(record.said, owner);
    if (!isFirst || truth === null || owner.phone === null || owner.route === null) return;
    const { id: attempt, probe, target, phone, route } = owner;
    notify({ kind: 'receipt_judged', attempt, probe, target, phone, route, truth });
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

/** Of a record, or of the mark that it was judged. */
const datedAt = (value: unknown): EpochMs =>
  typeof value === 'number' ? value : (parseReceiptRecord(value)?.firstAt ?? 0);

export interface ReceiptsDeps {
  readonly state: StateBook;
  readonly attempts: Pick<AttemptBook, 'find'>;
  readonly notify: Notify;
  readonly logger: Logger;
  readonly now: () => EpochMs;
}
