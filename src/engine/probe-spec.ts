import type { Candidate, Limits, SpendCap } from '../domain/lease.ts';
import type { ProbeEntry } from '../domain/inventory.ts';
import type { Pattern } from '../domain/pattern.ts';
import type { AccountSecrets, LoginFlow } from '../ports/login-flow.ts';
import type { SecondFactor } from '../ports/second-factor.ts';
import type { Schedule } from '../ports/ticker.ts';

/** A probe (or control), built and ready to run. */
export interface ProbeSpec {
  readonly entry: ProbeEntry;
  readonly flow: LoginFlow;
  readonly factor: SecondFactor;
  readonly accounts: readonly ProbeAccount[];
  /** `next`: the least recently used free account a tick; `all`: each account at each tick. */
  readonly rotation: 'next' | 'all';
  readonly limits: Limits;
  readonly cap: SpendCap | null;
  /** Who may send the code; empty: anyone. */
  readonly senders: readonly string[];
  /** The messages are our own, and known by their sender: see LeaseRequest. */
  readonly ownSender: boolean;
  readonly pattern: Pattern | null;
  /** For any one request to the target. */
  readonly timeoutMs: number;
  readonly schedule: Schedule;
  readonly jitterMs: number;
  /** `spread`: each tick in one location, in turn. */
  readonly locations: 'spread' | readonly string[];
  readonly maintenance: readonly { readonly schedule: Schedule; readonly durationMs: number }[];
}

export interface ProbeAccount {
  readonly candidate: Candidate;
  readonly secrets: AccountSecrets;
  /** Where its phone's messages are read; null without a phone. */
  readonly inbox: string | null;
}
