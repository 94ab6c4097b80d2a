import { readState } from '../../domain/detector/state.ts';
import type { TargetConfig } from '../../domain/detector/target-config.ts';
import type { TargetState } from '../../domain/detector/target-detector.ts';
import type { EpochMs } from '../../domain/units.ts';
import { CAUSES, type Cause } from '../../domain/verdict/cause.ts';
import type { Verdict } from '../../domain/verdict/verdict.ts';
import type { StoredWatch } from './target-watch.ts';

export const watchKey = (target: string): string => `watch/${target}`;

/** A watch out of the store; null when there is none that could be used. Damaged or foreign parts start anew. */
export function readStoredWatch(stored: unknown, config: TargetConfig): StoredWatch | null {
  if (typeof stored !== 'object' || stored === null) return null;
  const { detectors, outageSince, recoveredAt, verdict, verdictSince } = stored as Partial<
    Record<keyof StoredWatch, unknown>
  >;
  const known = Object(detectors) as Record<string, unknown>;
  const states: Record<string, TargetState[string]> = {};
  for (const [name, detector] of Object.entries(config.detectors)) {
    const state = readState(known[name], detector);
    if (state) states[name] = state;
  }
  return {
    detectors: states,
    outageSince: time(outageSince),
    recoveredAt: time(recoveredAt),
    verdict: readVerdict(verdict),
    verdictSince: time(verdictSince),
  };
}

const time = (value: unknown): EpochMs | null => (typeof value === 'number' ? value : null);

/** Only what people see of it: the rest is formed anew from the evidence. */
function readVerdict(value: unknown): Verdict | null {
  const { at, cause, subject, posterior, words } = Object(value) as Partial<Record<keyof Verdict, unknown>>;
  const known = CAUSES.find((one): one is Cause => one === cause);
  if (!known || typeof at !== 'number' || typeof words !== 'string') return null;
  return {
    at,
    cause: known,
    subject: typeof subject === 'string' ? subject : null,
    posterior: typeof posterior === 'number' ? posterior : 0,
    words,
    blames: [],
    contrasts: [],
    missing: [],
    failingSince: null,
  };
}
