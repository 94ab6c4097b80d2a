import type { Confirmation } from '../../domain/detector/target-detector.ts';
import { CONTROL_TARGET } from '../../domain/inventory.ts';
import { MINUTE, SECOND } from '../../domain/units.ts';
import type { Contrast } from '../../domain/verdict/contrast.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Started } from '../attempt-desk.ts';
import type { ProbeAccount, ProbeSpec } from '../probe-spec.ts';
import type { Notify } from '../notify.ts';

/** After a refusal (a limit, a rest, the cap) asking again is no use for a while. */
const REFUSED_MS = 10 * SECOND;
/** One contrast probe of a kind at a time, and not more often than this. */
const CONTRAST_EVERY_MS = MINUTE;

/** Starts the probes that detectors and verdicts ask for: one at a time each, inside all limits and the cap. */
export class Probing {
  readonly #deps: ProbingDeps;
  readonly #askers = new Map<string, { readonly askedBy: string | null; readonly key: string }>();
  readonly #busy = new Set<string>();
  readonly #notBeforeMs = new Map<string, number>();

  constructor(deps: ProbingDeps) {
    this.#deps = deps;
  }

  /** Which detector asked for this attempt; null: none did. */
  askerOf(attempt: string): string | null {
    return this.#askers.get(attempt)?.askedBy ?? null;
  }

  /** When a refused wish of the target may be asked again; null: nothing was refused. */
  retryAtMs(target: string): number | null {
    const nowMs = this.#deps.clock.monotonicMs();
    const waits = [...this.#notBeforeMs]
      .filter(([key, atMs]) => (key === target || key.startsWith(`${target} `)) && atMs > nowMs)
      .map(([, atMs]) => atMs);
    return waits.length === 0 ? null : Math.min(...waits);
  }

  /** Starts the first of these wishes that a phone is free for. */
  async confirm(target: string, wishes: readonly Confirmation[]): Promise<void> {
    const specs = this.#deps.specs().filter((spec) => spec.entry.target === target && spec.entry.delivered);
    await this.#once(target, async (start) => {
      for (const { route, askedBy } of wishes) {
        for (const spec of specs) {
          const accounts = spec.accounts.filter((account) => account.candidate.route === route);
          if (accounts.length > 0 && (await start(spec, accounts, askedBy))) return;
        }
      }
    });
  }

  async contrast(target: string, wish: Contrast): Promise<void> {
    const phone = wish.kind === 'own' ? null : wish.phone;
    const key = `${target} ${wish.kind} ${phone ?? ''}`;
    const specs = this.#deps.specs().filter((spec) => {
      if (wish.kind === 'control') return spec.entry.target === CONTROL_TARGET;
      return spec.entry.target === target && spec.entry.delivered === (wish.kind === 'sms');
    });
    await this.#once(key, async (start) => {
      for (const spec of specs) {
        const accounts = spec.accounts.filter((one) => phone === null || one.candidate.phone === phone);
        if (accounts.length > 0 && (await start(spec, accounts, null))) return;
      }
    });
  }

  /** Runs `work` unless the same is under way or was refused a moment ago. */
  async #once(key: string, work: (start: Start) => Promise<void>): Promise<void> {
    const { clock } = this.#deps;
    if (this.#busy.has(key) || clock.monotonicMs() < (this.#notBeforeMs.get(key) ?? 0)) return;
    this.#busy.add(key);
    let isStarted = false;
    try {
      await work(async (spec, accounts, askedBy) => {
        isStarted = await this.#start(key, spec, accounts, askedBy);
        if (isStarted && askedBy === null)
          this.#notBeforeMs.set(key, clock.monotonicMs() + CONTRAST_EVERY_MS);
        return isStarted;
      });
    } finally {
      if (!isStarted) {
        this.#notBeforeMs.set(key, clock.monotonicMs() + REFUSED_MS);
        this.#busy.delete(key);
      }
    }
  }

  async #start(
    key: string,
    spec: ProbeSpec,
    accounts: readonly ProbeAccount[],
    askedBy: string | null,
  ): Promise<boolean> {
    const started = await this.#deps.run(spec, accounts);
    if (!started.started) return false;
    const { plan, finished } = started;
    this.#askers.set(plan.id, { askedBy, key });
    this.#deps.notify({ kind: 'confirmation_started', target: spec.entry.target, askedBy, plan });
    const end = () => {
      // It ended before it asked for its code: trying on at once would only press a login that fails.
      if (this.#busy.delete(key))
        this.#notBeforeMs.set(key, this.#deps.clock.monotonicMs() + CONTRAST_EVERY_MS);
      this.#askers.delete(plan.id);
    };
    finished.then(end, end);
    return true;
  }

  /** Its code is asked for: the detector knows of it now, and may ask for the next. */
  launched(attempt: string): void {
    const asked = this.#askers.get(attempt);
    if (asked) this.#busy.delete(asked.key);
  }
}

type Start = (spec: ProbeSpec, accounts: readonly ProbeAccount[], askedBy: string | null) => Promise<boolean>;

export interface ProbingDeps {
  readonly specs: () => readonly ProbeSpec[];
  readonly clock: Clock;
  readonly notify: Notify;
  readonly run: (spec: ProbeSpec, accounts: readonly ProbeAccount[]) => Promise<Started>;
}
