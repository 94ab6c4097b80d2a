import type { AttemptPlan } from '../domain/attempt.ts';
import type { Covered } from '../domain/cover.ts';
import { AttemptFailure, CodeRejected } from '../domain/failure.ts';
import type { Stage } from '../domain/outcome.ts';
import type { Stamp } from '../domain/stamp.ts';
import type { EpochMs } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { FlowStage } from '../domain/outcome.ts';
import type { FlowContext } from '../ports/login-flow.ts';
import type { FactorLedger } from '../ports/second-factor.ts';
import type { AttemptLog } from './attempt-log.ts';
import { CodeWait } from './code-wait.ts';
import type { HeldLease } from './leases.ts';
import type { Mailbox } from './mailbox.ts';
import type { Notify } from './notify.ts';
import type { ProbeAccount, ProbeSpec } from './probe-spec.ts';

/** What one attempt works with. */
export interface AttemptParts {
  readonly plan: AttemptPlan;
  readonly spec: ProbeSpec;
  readonly account: ProbeAccount;
  readonly held: HeldLease;
  readonly log: AttemptLog;
  readonly mailbox: Mailbox | null;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly storeNow: () => EpochMs;
  readonly boot: string;
  readonly ledger: FactorLedger;
  readonly notify: Notify;
  readonly pollInbox: (signal: AbortSignal) => Promise<boolean>;
  /** Whether a message of its phone has come since then that the store could not keep. */
  readonly hasUnkept: (since: Stamp) => boolean;
  /** How often to look for messages without being woken. */
  readonly lookEveryMs: number;
  /** Throws `aborted` when this node cannot reach anything at all: then nothing is the target's fault. */
  readonly preflight: (signal: AbortSignal) => Promise<void>;
}

/** The engine's side of one attempt: what a flow calls. */
export class AttemptContext implements FlowContext {
  readonly #parts: AttemptParts;
  #t0: Stamp | null = null;
  #asked = false;
  #wait: CodeWait | null = null;
  #code: string | null = null;
  #signal: AbortSignal;

  constructor(parts: AttemptParts) {
    this.#parts = parts;
    this.#signal = parts.signal;
  }

  get attemptId(): string {
    return this.#parts.plan.id;
  }

  get account() {
    return this.#parts.account.secrets;
  }

  get signal(): AbortSignal {
    return this.#signal;
  }

  /** The flow is over; what follows is bounded by a signal of its own, so that an abort still logs out. */
  endFlow(signal: AbortSignal): void {
    this.#signal = signal;
  }

  get codeIsSent(): boolean {
    return this.#parts.spec.factor.delivered;
  }

  /** What no text about this attempt may hold. */
  get known(): Covered {
    const { password, totpSecret, backupCodes, number } = this.account;
    const codes = [this.#code, ...(this.#wait?.given ?? [])];
    const secrets = [password, totpSecret, ...backupCodes, ...codes].filter((secret) => secret !== null);
    return { secrets, number };
  }

  /** When the code was asked for; null while it was not. */
  get t0(): Stamp | null {
    return this.#t0;
  }

  get wait(): CodeWait | null {
    return this.#wait;
  }

  async stage<T>(stage: FlowStage, run: (code: string) => Promise<T>): Promise<T> {
    if (stage !== 'verify') return this.#timed(stage, () => run(this.#code ?? ''));
    const code = await this.code();
    return this.#timed(stage, () => this.#verify(code, run));
  }

  async sending<T>(request: (written: () => void) => Promise<T>): Promise<T> {
    if (!this.codeIsSent) return request(() => undefined);
    if (this.#asked)
      throw new AttemptFailure('flow_error', 'the flow asked for a code twice; once is allowed');
    this.#asked = true;
    const { held, spec, plan } = this.#parts;
    await held.permit(spec.timeoutMs, { t0: this.#stamp(), expiryMs: plan.expiryMs });
    return request(() => this.#written());
  }

  async code(): Promise<string> {
    this.#code ??= await this.#obtain();
    return this.#code;
  }

  async permit(timeoutMs: number): Promise<void> {
    await this.#parts.held.permit(timeoutMs, null);
  }

  record(request: Parameters<FlowContext['record']>[0]): void {
    this.#parts.log.record(request);
  }

  /** One different code may be tried after a refusal: a copy of an older code may have come first. */
  async #verify<T>(code: string, run: (code: string) => Promise<T>): Promise<T> {
    try {
      return await run(code);
    } catch (error) {
      // A flow that does not take the code as an argument would only submit the same one again.
      if (!(error instanceof CodeRejected) || !this.#wait || run.length === 0) throw error;
      const other = await this.#wait.another();
      if (other === null) throw error;
      this.#code = other;
      return run(other);
    }
  }

  #timed<T>(stage: Stage, run: () => Promise<T>): Promise<T> {
    const { plan, clock, log, notify } = this.#parts;
    notify({ kind: 'stage_started', plan, stage, at: clock.now() });
    return log.time(stage, run);
  }

  #written(): void {
    if (this.#t0) return;
    const t0 = this.#stamp();
    this.#t0 = t0;
    const { plan, mailbox, clock, signal, lookEveryMs, notify, pollInbox, hasUnkept } = this.#parts;
    notify({ kind: 'code_requested', plan, at: t0.at });
    if (!mailbox) return;
    const { deadlineMs, expiryMs } = plan;
    const onOverdue = () => notify({ kind: 'code_overdue', plan, at: clock.now() });
    this.#wait = new CodeWait({
      t0,
      deadlineMs,
      expiryMs,
      mailbox,
      clock,
      signal,
      lookEveryMs,
      pollInbox,
      hasUnkept: () => hasUnkept(t0),
      onOverdue,
    });
  }

  #stamp(): Stamp {
    const { clock, storeNow, boot } = this.#parts;
    return { at: storeNow(), monotonicMs: clock.monotonicMs(), boot };
  }

  async #obtain(): Promise<string> {
    const { factor } = this.#parts.spec;
    if (!factor.delivered) {
      const { plan, account, clock, signal, ledger } = this.#parts;
      const owner = `${plan.target}/${plan.account}`;
      return factor.next({ owner, account: account.secrets, clock, signal, ledger });
    }
    if (!this.#wait || !this.#t0) {
      throw new AttemptFailure('flow_error', 'the flow waits for a code that it has not asked for');
    }
    return this.#delivery(this.#wait, this.#t0);
  }

  /** The delivery stage: from t0 to the arrival, or to the end of the wait. */
  async #delivery(wait: CodeWait, t0: Stamp): Promise<string> {
    const { log, plan, clock, notify } = this.#parts;
    notify({ kind: 'stage_started', plan, stage: 'delivery', at: clock.now() });
    const startMs = log.sinceStartMs(t0.monotonicMs);
    try {
      const code = await wait.first();
      log.add('delivery', startMs, wait.current?.deliveryMs ?? 0, !wait.late);
      return code;
    } catch (error) {
      log.add('delivery', startMs, log.sinceStartMs() - startMs, false);
      throw error;
    }
  }
}
