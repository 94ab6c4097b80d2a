import type { Dispatcher } from 'undici';
import { SECOND, type EpochMs } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Conditions } from './conditions.ts';
import type { ListedMessage, MessageLog } from './message-log.ts';
import { createPhoneQueues } from './phone-queues.ts';
import { push, pushRequest } from './push.ts';
import { hex, randomStream } from './random.ts';
import type { LossReason, TrueDelivery, TrueMessage, TruthLog } from './truth.ts';
import type { SimPhone, World } from './world.ts';

export interface Submission {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly source: 'site' | 'api';
}

/** Takes messages, and brings them to phones in its own time. */
export interface Carrier {
  /** Returns at once; `listed` is the sender's own entry in the account, which learns how it went. */
  submit(submission: Submission, listed?: ListedMessage): TrueMessage;
  /** An id that no message has yet. */
  nextSid(): string;
  /** Resolves when nothing is on its way any more. */
  settled(): Promise<void>;
}

export interface CarrierDeps {
  readonly clock: Clock;
  readonly seed: string | number;
  readonly world: World;
  readonly log: MessageLog;
  readonly truth: TruthLog;
  readonly conditions: () => Conditions;
  readonly dispatcher: Dispatcher;
  /** Ends all deliveries. */
  readonly signal: AbortSignal;
}

export function createCarrier(deps: CarrierDeps): Carrier {
  const { clock, world, truth } = deps;
  const sids = randomStream(deps.seed, 'sid');
  const nextSid = (): string => `SM${hex(sids, 32)}`;
  const schedule = createPhoneQueues(deps);
  const pending = new Set<Promise<void>>();
  const track = (work: Promise<void>): void => {
    pending.add(work);
    void work.finally(() => pending.delete(work));
  };

  return {
    nextSid,
    submit(submission, listed) {
      const message = truth.addMessage(submission);
      const phone = world.phones.find(({ number }) => number === submission.to);
      const plan = phone ? schedule(phone) : null;
      const planned = plan?.lost ? 'lost' : null;
      const early = phone ? (carrierLoss(phone, deps.conditions()) ?? planned) : 'no_such_phone';
      (plan?.delaysMs ?? [0]).forEach((delayMs, index) => {
        const delivery: TrueDelivery = {
          sid: null,
          copy: index > 0,
          arrivedMs: null,
          pushes: [],
          lost: early,
        };
        message.deliveries.push(delivery);
        if (phone && early === null) {
          track(deliver(deps, { message, delivery, phone, delayMs, nextSid }, listed));
        }
      });
      if (listed) noteSent(listed, early, clock.now());
      return message;
    },
    settled: async () => {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}

interface Delivering {
  readonly message: TrueMessage;
  readonly delivery: TrueDelivery;
  readonly phone: SimPhone;
  readonly delayMs: number;
  readonly nextSid: () => string;
}

/** One copy, from the carrier to the phone and on to whoever reads it. Never rejects. */
async function deliver(deps: CarrierDeps, work: Delivering, listed?: ListedMessage): Promise<void> {
  const { clock, signal } = deps;
  const { delivery, phone, message } = work;
  try {
    await clock.sleep(work.delayMs, signal);
  } catch {
    delivery.lost = 'stopped';
    return;
  }
  delivery.lost = carrierLoss(phone, deps.conditions());
  if (delivery.lost !== null) return;
  delivery.arrivedMs = clock.monotonicMs();
  delivery.sid = work.nextSid();
  if (listed) listed.status = 'delivered';
  const inbound = inboundMessage(message, delivery.sid, phone, clock.now());
  if (phone.handover.manner === 'twilio') deps.log.add(inbound);
  delivery.lost = await handOver(deps, inbound, phone, delivery);
}

async function handOver(
  deps: CarrierDeps,
  inbound: ListedMessage,
  phone: SimPhone,
  delivery: TrueDelivery,
): Promise<LossReason | null> {
  if (deps.conditions().receiverDown) return 'receiver_down';
  const toPush = phone.redacted ? null : pushRequest(phone.handover, inbound, deps.world, deps.clock);
  if (!toPush) return 'not_pushed';
  if (await push(toPush, delivery.pushes, deps)) return null;
  return deps.signal.aborted ? 'stopped' : 'push_failed';
}

function carrierLoss(phone: SimPhone, conditions: Conditions): LossReason | null {
  if (conditions.deadCarriers.includes(phone.carrier)) return 'carrier_outage';
  const dead = conditions.deadPhones.some((name) => name === phone.name || name === phone.number);
  return dead ? 'number_dead' : null;
}

/** Receipts lie: a message that a carrier loses stays `sent`, as if all were well. */
function noteSent(listed: ListedMessage, loss: LossReason | null, now: EpochMs): void {
  listed.sentAt = wholeSeconds(now);
  listed.status = 'sent';
  if (loss !== 'number_dead' && loss !== 'no_such_phone') return;
  listed.status = 'undelivered';
  listed.errorCode = 30003;
  listed.errorText = 'Unreachable destination handset';
}

function inboundMessage(message: TrueMessage, sid: string, phone: SimPhone, now: EpochMs): ListedMessage {
  return {
    sid,
    direction: 'inbound',
    from: message.from,
    to: message.to,
    body: phone.redacted ? '' : message.text,
    createdAt: now,
    sentAt: wholeSeconds(now),
    status: phone.redacted ? 'failed' : 'received',
    errorCode: phone.redacted ? 30038 : null,
    errorText: phone.redacted ? 'OTP Message Body Filtered' : null,
  };
}

const wholeSeconds = (at: EpochMs): EpochMs => Math.floor(at / SECOND) * SECOND;
