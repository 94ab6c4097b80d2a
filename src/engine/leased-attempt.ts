import type { Attempt, AttemptPlan } from '../domain/attempt.ts';
import type { Stamp } from '../domain/stamp.ts';
import type { EpochMs } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { AttemptOrder, LeasedRun } from './attempt-desk.ts';
import { AttemptLog } from './attempt-log.ts';
import type { HandIn } from './hand-in.ts';
import type { LeaseKeeper } from './leases.ts';
import { Mailbox } from './mailbox.ts';
import type { Mailroom } from './mailroom.ts';
import type { Notify } from './notify.ts';
import type { Reception } from './reception.ts';
import { runAttempt } from './run-attempt.ts';

/** Runs a leased attempt: keeps the lease alive, opens the mailbox, hands in the result. */
export async function runLeased(
  deps: LeasedAttemptDeps,
  order: AttemptOrder,
  plan: AttemptPlan,
  leased: LeasedRun,
): Promise<Attempt> {
  const { clock, storeNow, boot, notify, store } = deps;
  const { lease, abort, signal } = leased;
  const account = order.accounts.find((one) => one.candidate.account === plan.account);
  if (!account) throw new Error(`the store granted the account ${plan.account}, which was not asked for`);
  const held = deps.leases.keep(lease, leased.askedMs, abort);
  const mailbox = mailboxOf(deps, order, plan, leased);
  const disarm = mailbox && arm(deps, plan, leased, { mailbox, number: account.secrets.number });
  const letGo = deps.reception.hold(account.inbox);
  const pollInbox = (until: AbortSignal) => deps.reception.lookInto(account.inbox, until);
  const hasUnkept = (since: Stamp) => deps.mailroom.hasUnkept(plan.phone, since);
  const { preflight, lookEveryMs } = deps;
  const parts = {
    plan,
    account,
    held,
    mailbox,
    signal,
    clock,
    storeNow,
    boot,
    notify,
    pollInbox,
    hasUnkept,
    preflight,
    lookEveryMs,
  };
  try {
    notify({ kind: 'attempt_started', plan });
    const log = new AttemptLog(clock);
    const attempt = await runAttempt({ ...parts, spec: order.spec, log, ledger: store.state }, abort);
    await deps.handIn(attempt, { fence: lease.fence, messages: mailbox?.settled ?? [] });
    return attempt;
  } finally {
    disarm?.();
    letGo();
    held.drop();
  }
}

function arm(
  deps: LeasedAttemptDeps,
  plan: AttemptPlan,
  leased: LeasedRun,
  { mailbox, number }: { mailbox: Mailbox; number: string | null },
) {
  if (plan.phone === null) return null;
  const { publicKey } = leased.keys;
  const wake = () => mailbox.bell.ring();
  return deps.mailroom.arm(plan.phone, { attempt: plan.id, publicKey, number, wake });
}

function mailboxOf(
  deps: LeasedAttemptDeps,
  order: AttemptOrder,
  plan: AttemptPlan,
  leased: LeasedRun,
): Mailbox | null {
  const { factor, pattern } = order.spec;
  if (!factor.delivered) return null;
  const read = (text: string) => factor.read(text, pattern);
  const { messages } = deps.store;
  return new Mailbox({ attempt: plan.id, expiryMs: plan.expiryMs, keys: leased.keys, messages, read });
}

export interface LeasedAttemptDeps {
  readonly store: Store;
  readonly leases: LeaseKeeper;
  readonly mailroom: Mailroom;
  readonly clock: Clock;
  readonly storeNow: () => EpochMs;
  readonly notify: Notify;
  readonly boot: string;
  /** How often an attempt looks for its messages without being woken. */
  readonly lookEveryMs: number;
  readonly handIn: HandIn;
  /** Throws `aborted` when this node cannot reach anything at all. */
  readonly preflight: (signal: AbortSignal) => Promise<void>;
  readonly reception: Pick<Reception, 'hold' | 'lookInto'>;
}
