import type { RequestRecord, StageRecord } from '../domain/attempt.ts';
import type { Stage } from '../domain/outcome.ts';
import type { Clock } from '../ports/clock.ts';

/** More exchanges than this are not kept: a redirecting or polling flow must not grow without bound. */
const MAX_REQUESTS = 100;

/** The timings of one attempt, as offsets from its start. */
export class AttemptLog {
  readonly stages: StageRecord[] = [];
  readonly requests: RequestRecord[] = [];
  readonly #clock: Clock;
  readonly #startedMs: number;
  #stage: Stage = 'login';

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedMs = clock.monotonicMs();
  }

  sinceStartMs(monotonicMs = this.#clock.monotonicMs()): number {
    return monotonicMs - this.#startedMs;
  }

  /** Times a stage; a failure is noted and passed on. */
  async time<T>(stage: Stage, run: () => Promise<T>): Promise<T> {
    const startMs = this.sinceStartMs();
    const before = this.#stage;
    this.#stage = stage;
    try {
      const result = await run();
      this.add(stage, startMs, this.sinceStartMs() - startMs, true);
      return result;
    } catch (error) {
      this.add(stage, startMs, this.sinceStartMs() - startMs, false);
      throw error;
    } finally {
      this.#stage = before;
    }
  }

  add(stage: Stage, startMs: number, durationMs: number, ok: boolean): void {
    this.stages.push({ stage, startMs, durationMs, ok });
  }

  record(request: Omit<RequestRecord, 'stage' | 'startMs'> & { startedMonotonicMs: number }): void {
    const { startedMonotonicMs, ...kept } = request;
    if (this.requests.length >= MAX_REQUESTS) return;
    this.requests.push({ ...kept, stage: this.#stage, startMs: this.sinceStartMs(startedMonotonicMs) });
  }

  passed(stage: Stage): boolean {
    return this.stages.some((record) => record.stage === stage && record.ok);
  }
}
