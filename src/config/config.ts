import type { Limits, SpendCap } from '../domain/lease.ts';
import type { Pattern } from '../domain/pattern.ts';
import type { Secret } from '../domain/secret.ts';
import type { Micros, PhoneNumber } from '../domain/units.ts';
import type { WebGuard } from '../ports/web-guard.ts';
import type { Schedule } from '../ports/ticker.ts';

/** A whole configuration: defaults filled in, references checked, paths absolute, secrets unprintable. */
export interface Config {
  /** The file that it was read from, absolute. */
  readonly file: string;
  /** Its folder: where relative paths in settings start. */
  readonly folder: string;
  readonly contact: string;
  readonly node: { readonly name: string; readonly location: string; readonly canary: string | null };
  readonly store: StoreConfig;
  readonly retentionMs: number;
  readonly web: WebConfig;
  /** From a file of its own (see loadWebFile); null: there is none. */
  readonly webGuard: { readonly file: string; readonly guard: WebGuard } | null;
  readonly hooks: HooksConfig | null;
  readonly inboxes: ByName<KindConfig>;
  readonly senders: ByName<SenderConfig>;
  readonly phones: ByName<PhoneConfig>;
  readonly spend: SpendCap | null;
  readonly targets: ByName<TargetConfig>;
  readonly probes: ByName<ProbeConfig>;
  readonly controls: ByName<ControlConfig>;
  readonly detection: { readonly targetFalseAlarmDays: number };
  /** Every text that came from the environment or a file; none of them is ever shown. */
  readonly substituted: readonly Secret[];
}

/** Without a prototype: a name that is not there is `undefined`, whatever it is called. */
export type ByName<Entry> = Readonly<Record<string, Entry>>;

export type StoreConfig =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: Secret };

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface WebConfig extends ListenAddress {
  readonly readToken: Secret | null;
  readonly adminToken: Secret | null;
}

export interface HooksConfig extends ListenAddress {
  /** The outside's address of the hooks listener, without a closing slash. */
  readonly publicUrl: string | null;
}

/** A kind's name, and its settings as its own schema parsed them. */
export interface KindConfig {
  readonly kind: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface SenderConfig extends KindConfig {
  /** What sending one message costs. */
  readonly perSms: Micros;
}

export interface PhoneConfig {
  readonly name: string;
  readonly number: PhoneNumber;
  readonly inbox: string;
  readonly country: string;
  readonly carrier: string;
  readonly line: string;
  readonly route: string;
  /** What one code to this phone costs. */
  readonly perSms: Micros;
}

export interface TargetConfig {
  readonly name: string;
  /** Without a closing slash. */
  readonly url: string;
  readonly origins: readonly string[];
  readonly limits: Limits;
  readonly accounts: ByName<AccountConfig>;
}

export interface AccountConfig {
  readonly name: string;
  readonly username: string;
  readonly password: Secret;
  readonly phone: string | null;
  readonly totpSecret: Secret | null;
  readonly backupCodes: readonly Secret[];
  /** What sort of user it stands for, such as `individual`. */
  readonly class: string | null;
  readonly vars: Readonly<Record<string, string>>;
}

/** What probes and controls have in common. */
export interface ScheduledConfig {
  readonly name: string;
  readonly rotation: 'next' | 'all';
  readonly pattern: Pattern | null;
  readonly deadlineMs: number;
  readonly expiryMs: number;
  /** For any one request. */
  readonly timeoutMs: number;
  readonly schedule: Schedule;
  readonly jitterMs: number;
  readonly locations: 'spread' | readonly string[];
  readonly maintenance: readonly MaintenanceConfig[];
  /** Who may send the code; empty: anyone. */
  readonly senders: readonly string[];
}

export interface ProbeConfig extends ScheduledConfig {
  readonly target: string;
  readonly flow: KindConfig;
  readonly factor: string;
  /** Names of the target's accounts, never empty. */
  readonly accounts: readonly string[];
}

export interface ControlConfig extends ScheduledConfig {
  readonly sender: string;
  readonly phones: readonly string[];
}

export interface MaintenanceConfig {
  readonly schedule: Schedule;
  readonly durationMs: number;
}
