import type { Clock } from '../ports/clock.ts';
import { profileUnder, type Conditions } from './conditions.ts';
import { planDelivery, type DeliveryPlan } from './delivery-model.ts';
import { randomStream } from './random.ts';
import type { SimPhone, World } from './world.ts';

export interface PhoneQueuesDeps {
  readonly clock: Clock;
  readonly seed: string | number;
  readonly world: World;
  readonly conditions: () => Conditions;
}

/**
 * Plans each phone's messages; delays are from now. A message waits behind the one before it, as in a queue of
 * the carrier's, unless either is on its way around the queue: retried or held back.
 */
export function createPhoneQueues(deps: PhoneQueuesDeps): (phone: SimPhone) => DeliveryPlan {
  const queues = new Map<string, { sent: number; lastDueMs: number }>();
  return (phone) => {
    const queue = queues.get(phone.name) ?? { sent: 0, lastDueMs: 0 };
    queues.set(phone.name, queue);
    const profile = deps.world.carriers[phone.carrier];
    if (!profile) throw new Error(`phone ${phone.name} is of carrier ${phone.carrier}, which is not there`);
    queue.sent += 1;
    const random = randomStream(deps.seed, 'delivery', phone.name, queue.sent);
    const plan = planDelivery(profileUnder(deps.conditions(), profile), random);
    if (plan.lost || !plan.keepsOrder) return plan;
    const nowMs = deps.clock.monotonicMs();
    const [ownMs, ...copies] = plan.delaysMs;
    const waitMs = Math.max(0, queue.lastDueMs - nowMs - ownMs);
    queue.lastDueMs = nowMs + ownMs + waitMs;
    return { ...plan, delaysMs: [ownMs + waitMs, ...copies.map((copyMs) => copyMs + waitMs)] };
  };
}
