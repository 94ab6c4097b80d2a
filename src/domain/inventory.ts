import type { Limits, SpendCap } from './lease.ts';

/** What is configured, without anything secret: what metrics, pages and the API may name. */
export interface Inventory {
  readonly node: string;
  readonly location: string;
  readonly targets: readonly TargetEntry[];
  /** Controls are here too, with the target `control`. */
  readonly probes: readonly ProbeEntry[];
  readonly phones: readonly PhoneEntry[];
  readonly inboxes: readonly InboxEntry[];
  readonly cap: SpendCap | null;
}

export interface TargetEntry {
  readonly name: string;
  readonly url: string;
  readonly limits: Limits;
}

export interface ProbeEntry {
  readonly name: string;
  readonly target: string;
  readonly factor: string;
  /** Whether codes are delivered to phones. */
  readonly delivered: boolean;
  readonly flow: string;
  readonly schedule: string;
  readonly timezone: string;
  /** Mean time between two ticks of the schedule. */
  readonly intervalMs: number;
  readonly deadlineMs: number;
  readonly expiryMs: number;
  readonly accounts: readonly string[];
  /** Names of the phones that its accounts are bound to. */
  readonly phones: readonly string[];
  /** Who may send its codes, as it may be shown; absent or empty: anybody. */
  readonly senders?: readonly string[];
}

export interface PhoneEntry {
  readonly name: string;
  readonly masked: string;
  readonly route: string;
  readonly country: string;
  readonly carrier: string;
  readonly line: string;
  readonly inbox: string;
}

export interface InboxEntry {
  readonly name: string;
  readonly kind: string;
  /** 0 for a push. */
  readonly resolutionMs: number;
  /** Takes receipts of the target's sender; no phone is read there. */
  readonly receiptsOnly?: true;
}

/** The name under which controls stand where a target is asked for. */
export const CONTROL_TARGET = 'control';
