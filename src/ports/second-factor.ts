import type { AccountSecrets } from './login-flow.ts';
import type { Clock } from './clock.ts';
import type { ReadResult } from '../domain/code.ts';
import type { Pattern } from '../domain/pattern.ts';

/** What a factor may use to make a code. */
export interface FactorContext {
  /** target/account: names the account in the ledger. */
  readonly owner: string;
  readonly account: AccountSecrets;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly ledger: FactorLedger;
}

/** Remembers across restarts which steps and codes were used, before they are. */
export interface FactorLedger {
  /** True when `value` is greater than what the key held, which it then holds. */
  advance(key: string, value: number): Promise<boolean>;
  /** What was advanced, by key, of all keys that start with `prefix`. */
  read(prefix: string): Promise<Readonly<Record<string, unknown>>>;
}

/** The second factor of a probe. Either the code is delivered to a phone, or we make it ourselves. */
export type SecondFactor = DeliveredFactor | OwnFactor;

export interface DeliveredFactor {
  readonly kind: string;
  readonly delivered: true;
  /** Where its codes go: to a phone's number, or to a mailbox's address. */
  readonly reaches: 'number' | 'address';
  /** The one code in a message, or why there is none. */
  read(text: string, pattern: Pattern | null): ReadResult;
}

export interface OwnFactor {
  readonly kind: string;
  readonly delivered: false;
  /** What an account must have for it. */
  readonly needs?: 'totpSecret' | 'backupCodes';
  /** The next code, never one that was used before. */
  next(context: FactorContext): Promise<string>;
  /** Codes left of a finite stock; absent where codes never run out. */
  readonly stock?: (context: Omit<FactorContext, 'signal' | 'clock'>) => Promise<number>;
}
