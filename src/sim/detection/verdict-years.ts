import type { Observation } from '../../domain/verdict/observation.ts';
import { decideVerdict } from '../../domain/verdict/verdict.ts';
import { DAY, HOUR, MINUTE } from '../../domain/units.ts';
import { randomStream } from '../random.ts';
import { FAULTS } from './verdict-faults.ts';
import { endOf, FULL_ESTATE, observe } from './verdict-trial.ts';

export interface CalmPlan {
  readonly seed: string;
  readonly days: number;
  readonly noise: number;
}

export interface CalmYears {
  readonly verdicts: number;
  readonly healthy: number;
  /** Times that a component began to be blamed, although nothing was wrong. */
  readonly blames: number;
}

const START = Date.UTC(2026, 0, 5);
const INTERVAL_MS = 5 * MINUTE;
const PHONES: readonly string[] = FULL_ESTATE.phones.map(({ name }) => name);

/** A healthy target without an alarm, judged after every attempt: one code, one login and one canary in five minutes. */
export function watchVerdicts({ seed, days, noise }: CalmPlan): CalmYears {
  const random = randomStream(seed, 'calm', noise);
  const healthyWorld = FAULTS.find(({ cause }) => cause === 'healthy');
  if (!healthyWorld) throw new Error('no fault is called healthy');
  const trial = { fault: healthyWorld, severity: 0, noise };
  let recent: Observation[] = [];
  let wasBlaming = false;
  const seen = { verdicts: 0, healthy: 0, blames: 0 };
  for (let n = 0; n < (days * DAY) / INTERVAL_MS; n += 1) {
    const at = START + n * INTERVAL_MS;
    const tries = [
      { kind: 'canary', phone: null } as const,
      { kind: 'own', phone: null } as const,
      { kind: 'sms', phone: PHONES[n % PHONES.length] ?? null } as const,
      ...(at % (6 * HOUR) === 0 ? [{ kind: 'control', phone: 'x1' } as const] : []),
    ];
    recent = recent.filter((observation) => at - observation.at < DAY);
    for (const attempt of tries)
      recent.push(...[observe(attempt, endOf(attempt, trial, random), at)].filter((told) => told !== null));
    const { cause } = decideVerdict({
      at: at + MINUTE,
      outage: null,
      recoveredAt: null,
      observations: recent,
      estate: FULL_ESTATE,
    });
    const isBlaming = cause !== 'healthy' && cause !== 'inconclusive';
    seen.verdicts += 1;
    if (cause === 'healthy') seen.healthy += 1;
    if (isBlaming && !wasBlaming) seen.blames += 1;
    wasBlaming = isBlaming;
  }
  return seen;
}
