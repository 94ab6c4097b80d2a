import type { Attempt } from '../domain/attempt.ts';
import { sampleOf, type ReportSample } from '../domain/report/sample.ts';
import type { EpochMs } from '../domain/units.ts';
import type { StoreReader } from '../ports/store.ts';

/** Whole attempts are large, and there may be very many. */
const PAGE_SIZE = 5000;

export interface SampleQuery {
  readonly since: EpochMs;
  readonly signal: AbortSignal;
  readonly pageSize?: number;
}

/** What a report needs of all attempts since then, read a page of them at a time. */
export async function readSamples(
  attempts: StoreReader['attempts'],
  { since, signal, pageSize = PAGE_SIZE }: SampleQuery,
): Promise<ReportSample[]> {
  const samples: ReportSample[] = [];
  let last: Attempt | undefined;
  do {
    signal.throwIfAborted();
    const page = await attempts.find({ since, limit: pageSize, ...(last ? { after: last } : {}) });
    for (const attempt of page) samples.push(sampleOf(attempt));
    last = page.length < pageSize ? undefined : page.at(-1);
  } while (last);
  return samples;
}
