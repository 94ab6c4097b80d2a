import type { TargetConfig } from '../domain/detector/target-config.ts';
import { initTarget, stepTarget, type TargetState } from '../domain/detector/target-detector.ts';
import type { TargetEvent } from '../domain/detector/target-event.ts';
import { DAY, HOUR, type EpochMs } from '../domain/units.ts';
import { planDelivery, type CarrierProfile } from '../sim/delivery-model.ts';
import { randomStream } from '../sim/random.ts';

export interface HealthyHistory {
  readonly seed: string;
  readonly config: TargetConfig;
  /** Where codes went in turn: a phone's route, and how its carrier treats messages. */
  readonly phones: readonly { readonly route: string; readonly carrier: CarrierProfile }[];
  readonly intervalMs: number;
  readonly endsAt: EpochMs;
}

/** As long as the detector's half-life: it has its warm-up behind it and a rhythm of the day. */
const DAYS = 14;
/** The last hour's sends and evidence would be the drill's own. */
const QUIET_MS = 2 * HOUR;

/**
 * What the detectors would have learned from two healthy weeks of this estate, by the detector itself and the simulator's
 * delivery model: a drill cannot wait a day for the warm-up.
 */
export function learnHealthy(history: HealthyHistory): TargetState {
  const { config, phones, intervalMs, endsAt } = history;
  const random = randomStream(history.seed, 'healthy-history');
  const begin = endsAt - DAYS * DAY;
  let detector = initTarget(begin, config);
  const arrivals: { at: EpochMs; event: TargetEvent }[] = [];
  const step = (event: TargetEvent) => {
    detector = stepTarget(detector, event, config);
  };
  for (let n = 0, at = begin; at < endsAt - QUIET_MS; n += 1, at += intervalMs) {
    while ((arrivals[0]?.at ?? Infinity) <= at || (detector.nextWake ?? Infinity) <= at) {
      const wakeAt = detector.nextWake ?? Infinity;
      const arrived = (arrivals[0]?.at ?? Infinity) <= wakeAt ? arrivals.shift() : undefined;
      step(arrived ? arrived.event : { type: 'tick', at: wakeAt });
    }
    const phone = phones[n % phones.length];
    if (!phone) break;
    const { route } = phone;
    const id = `learned-${n}`;
    step({ type: 'launch', at, route, id, askedBy: null });
    const plan = planDelivery(phone.carrier, random);
    const latencyMs = Math.ceil(plan.delaysMs[0]);
    if (plan.lost || latencyMs > intervalMs) continue;
    arrivals.push({
      at: at + latencyMs,
      event: { type: 'delivered', at: at + latencyMs, route, id, latencyMs },
    });
    arrivals.sort((a, b) => a.at - b.at);
  }
  // A last lost code may have left suspicion: maintenance forgets it, and keeps what was learned.
  step({ type: 'maintenance', at: endsAt - QUIET_MS, route: null, on: true });
  step({ type: 'maintenance', at: endsAt - QUIET_MS, route: null, on: false });
  return detector.state;
}
