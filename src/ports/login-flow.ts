import type { Clock } from './clock.ts';
import type { Kind } from './kind.ts';
import type { RequestRecord } from '../domain/attempt.ts';
import type { FlowStage } from '../domain/outcome.ts';

/** An account as a flow sees it. Lives in memory alone. */
export interface AccountSecrets {
  readonly username: string;
  readonly password: string;
  /** The phone's full number; controls send to it. */
  readonly number: string | null;
  readonly totpSecret: string | null;
  readonly backupCodes: readonly string[];
  /** Free variables of the account, for templates. */
  readonly vars: Readonly<Record<string, string>>;
}

/** How a flow speaks to the engine about one attempt. */
export interface FlowContext {
  readonly attemptId: string;
  readonly account: AccountSecrets;
  /** Aborts when the attempt must end; its reason says why. */
  readonly signal: AbortSignal;
  /** False for factors whose code nobody sends: the flow then skips what only asks for one. */
  readonly codeIsSent: boolean;
  /** Runs a stage. A `verify` that throws CodeRejected runs again, once, when another code has come. */
  stage<T>(stage: FlowStage, run: (code: string) => Promise<T>): Promise<T>;
  /**
   * Runs the request that makes the target send (in whatever stage), which calls `written` just before it is
   * written: t0. Exactly once an attempt.
   */
  sending<T>(request: (written: () => void) => Promise<T>): Promise<T>;
  /** The code: waited for, or made. */
  code(): Promise<string>;
  /** Asks the lease before a side effect begins; throws when it is no longer ours. */
  permit(timeoutMs: number): Promise<void>;
  /** Keeps a request's timing as evidence. */
  record(request: Omit<RequestRecord, 'stage' | 'startMs'> & { readonly startedMonotonicMs: number }): void;
}

/** How to log in to one kind of target. */
export interface LoginFlow {
  readonly kind: string;
  /** Logs in, proves the second factor; throws an AttemptFailure for every expected end. */
  run(context: FlowContext): Promise<void>;
  /** Ends the session; also called after a failure past login. Throws when it could not. */
  logout?(context: FlowContext): Promise<void>;
  /** Loads what the flow needs beyond its settings; throws an Error that says what is wrong with it. Repeatable. */
  prepare?(): Promise<void>;
  /** The users' files of code that `prepare` loads, absolute. */
  readonly files?: readonly string[];
}

/** What every kind of flow is given. */
export interface FlowDeps {
  readonly target: string;
  /** The target's base address, without a closing slash. */
  readonly url: string;
  /** Other origins that may get credentials or redirects. */
  readonly origins: readonly string[];
  /** Names us and how to reach us. */
  readonly userAgent: string;
  /** For any one request to the target. */
  readonly timeoutMs: number;
  /** Relative paths in settings start here: the configuration's folder. */
  readonly folder: string;
  readonly clock: Clock;
  /** Keeps a picture of where an attempt failed, with nothing secret on it; a PNG. Never rejects. */
  readonly keepScreenshot?: (attempt: string, png: Uint8Array) => Promise<void>;
}

/** What the rest of the configuration asks of a flow. */
export interface FlowFacts {
  /** Whether the probe's code is sent to a phone: then exactly one request makes the target send. */
  readonly delivered: boolean;
  /** By account of the probe: the names of its `vars`. Absent while they are not known. */
  readonly vars?: Readonly<Record<string, readonly string[]>>;
}

export type FlowKind = Kind<FlowDeps, LoginFlow, FlowFacts>;
