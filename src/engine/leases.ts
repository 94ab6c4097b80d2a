import { AttemptFailure } from '../domain/failure.ts';
import type { EpochMs } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Lease, LeaseBook, RequestMark } from '../ports/store.ts';

export const LEASE_TTL_MS = 20_000;
const RENEW_EVERY_MS = 5_000;

/** A lease that is kept alive. */
export interface HeldLease {
  readonly lease: Lease;
  /**
   * Asked before each side effect; throws `aborted` when the lease is lost or could end while the effect runs.
   * The store is asked first, then, synchronously before the return, the monotonic end of the lease: no side
   * effect begins after it, even if the process was stopped in between.
   */
  permit(timeoutMs: number, request: RequestMark | null): Promise<void>;
  /** Stops the renewal; the store's row is given back by finishing the attempt. */
  drop(): void;
}

interface Kept {
  readonly lease: Lease;
  readonly lose: (failure: AttemptFailure) => void;
  endsMonotonicMs: number;
}

const lost = (why: string) => new AttemptFailure('aborted', `the lease was lost: ${why}`);

export class LeaseKeeper {
  readonly #kept = new Map<string, Kept>();
  readonly #deps: LeaseKeeperDeps;

  constructor(deps: LeaseKeeperDeps) {
    this.#deps = deps;
  }

  /** `askedMonotonicMs`: when the lease was asked for; its life counts from then. `lose` is told of its end. */
  keep(lease: Lease, askedMonotonicMs: number, lose: (failure: AttemptFailure) => void): HeldLease {
    const kept: Kept = { lease, lose, endsMonotonicMs: askedMonotonicMs + LEASE_TTL_MS };
    this.#kept.set(lease.attempt, kept);
    return {
      lease,
      permit: async (timeoutMs, request) => {
        const ask = { at: this.#deps.storeNow(), timeoutMs: this.#bounded(timeoutMs), request };
        const allowed = await this.#deps.leases.permit(lease, ask);
        if (!allowed) throw lost('another node may hold it now');
        if (this.#deps.clock.monotonicMs() >= kept.endsMonotonicMs)
          throw lost('it ended while we were held up');
      },
      drop: () => {
        this.#kept.delete(lease.attempt);
      },
    };
  }

  get size(): number {
    return this.#kept.size;
  }

  /** Renews all leases until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#deps.clock.sleep(RENEW_EVERY_MS, signal).catch(() => undefined);
      if (!signal.aborted) await this.#renewAll();
    }
  }

  async #renewAll(): Promise<void> {
    const { clock, storeNow, leases, logger } = this.#deps;
    const askedMonotonicMs = clock.monotonicMs();
    const all = [...this.#kept.values()];
    if (all.length === 0) return;
    try {
      const at = storeNow();
      const gone = new Set(
        await leases.renew(
          all.map((kept) => kept.lease),
          at + LEASE_TTL_MS,
          at,
        ),
      );
      for (const kept of all) {
        if (gone.has(kept.lease.attempt)) this.#lose(kept, 'the store gave it to another');
        else kept.endsMonotonicMs = askedMonotonicMs + LEASE_TTL_MS;
      }
    } catch (error) {
      logger.log('warn', 'lease_renewal_failed', { leases: all.length, error });
      this.#loseEnded();
    }
  }

  /** A store that is away for less than a lease's life harms no attempt. */
  #loseEnded(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    for (const kept of this.#kept.values()) {
      if (nowMs + RENEW_EVERY_MS >= kept.endsMonotonicMs) this.#lose(kept, 'the store could not be reached');
    }
  }

  #lose(kept: Kept, why: string): void {
    this.#kept.delete(kept.lease.attempt);
    kept.lose(lost(why));
  }

  // An effect longer than the renewal interval is covered by the renewals that come while it runs.
  #bounded(timeoutMs: number): number {
    return Math.min(timeoutMs, LEASE_TTL_MS - 2 * RENEW_EVERY_MS);
  }
}

export interface LeaseKeeperDeps {
  readonly leases: LeaseBook;
  readonly clock: Clock;
  /** Time as the store counts it. */
  readonly storeNow: () => EpochMs;
  readonly logger: Logger;
}
