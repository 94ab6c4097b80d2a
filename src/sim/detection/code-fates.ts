import { SECOND } from '../../domain/units.ts';
import { normal, type Random } from '../random.ts';

/** When a code comes after it was asked for, in whole milliseconds; Infinity: never. */
export type CodeFate = (random: Random) => number;

/** What an outage adds to the normal: an extra share of lost codes, and a factor on how long the others take. */
export interface Outage {
  readonly name: string;
  readonly loss: number;
  readonly slower: number;
}

export const HEALTHY: Outage = { name: 'healthy', loss: 0, slower: 1 };

export const OUTAGES: readonly Outage[] = [
  { name: 'loss 100', loss: 1, slower: 1 },
  { name: 'loss 50', loss: 0.5, slower: 1 },
  { name: 'loss 20', loss: 0.2, slower: 1 },
  { name: 'slow60', loss: 0, slower: 12 },
  { name: 'slow20', loss: 0, slower: 4 },
];

/** Share of the healthy codes that take longer than a minute although none is lost: 2 % of LN(25 s, 1.0). */
const SLOW_PATH = { share: 0.02, medianMs: 25 * SECOND, sigma: 1 };
const FAST_PATH = { medianMs: 5 * SECOND, sigma: 0.5 };
const LATER_THAN_A_MINUTE = SLOW_PATH.share * 0.190_7;

/** Codes of which `missed` are not there within a minute when all is well. */
export function codeFate(missed: number, outage: Outage): CodeFate {
  const lostAnyway = (missed - LATER_THAN_A_MINUTE) / (1 - LATER_THAN_A_MINUTE);
  return (random) => {
    if (random() < lostAnyway || random() < outage.loss) return Infinity;
    const path = random() < SLOW_PATH.share ? SLOW_PATH : FAST_PATH;
    return Math.ceil(outage.slower * path.medianMs * Math.exp(path.sigma * normal(random)));
  };
}
