import type { Attempt, AttemptPlan, CodeRecord, Logout } from '../domain/attempt.ts';
import { classifyFailure, type Classified } from '../domain/classify.ts';
import { codeResultOf } from '../domain/code-result.ts';
import { coverSecrets } from '../domain/cover.ts';
import { AttemptFailure } from '../domain/failure.ts';
import { FAULT_OF } from '../domain/outcome.ts';
import { MINUTE, SECOND } from '../domain/units.ts';
import { AttemptContext, type AttemptParts } from './attempt-context.ts';

/** How long a logout may take, also while the daemon stops. */
const LOGOUT_MS = 5 * SECOND;
/** How long a flow that was aborted may take to end. */
const LET_GO_MS = SECOND;
/** Requests that a flow may take on top of its waits, before it counts as hanging. */
const REQUESTS_PER_ATTEMPT = 6;

/** `doubtful`: a code came, but it may be of an earlier request: it measures nothing. */
interface Ending extends Classified {
  readonly doubtful?: true;
}

const OK: Ending = { outcome: 'ok', reason: 'signed in with the second factor', retryAfterMs: null };

/** Runs one attempt to its end, whatever the flow does. Never rejects. `abort` must end `parts.signal`. */
export async function runAttempt(
  parts: AttemptParts,
  abort: (reason: AttemptFailure) => void,
): Promise<Attempt> {
  const context = new AttemptContext(parts);
  const ended = await runFlow(parts, context, abort);
  const logout = await runLogout(parts, context);
  return assemble(parts, context, judge(parts, context, ended), logout);
}

/** The flow may ignore its signal: the abort ends the wait for it all the same. */
async function runFlow(
  parts: AttemptParts,
  context: AttemptContext,
  abort: (reason: AttemptFailure) => void,
): Promise<Ending> {
  const { signal, spec, clock, plan } = parts;
  const limitMs = flowLimitMs(plan, spec.timeoutMs, context.codeIsSent);
  const done = new AbortController();
  const hung = clock.sleep(limitMs, done.signal).then(
    () =>
      abort(
        new AttemptFailure('flow_error', `the flow did not end within ${Math.round(limitMs / SECOND)} s`),
      ),
    () => undefined,
  );
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), {
      once: true,
      signal: done.signal,
    });
  });
  const flow = parts.preflight(signal).then(() => spec.flow.run(context));
  try {
    await Promise.race([flow, aborted]);
    return OK;
  } catch (error) {
    await letGo(flow, clock);
    return classifyFailure(error, signal);
  } finally {
    done.abort();
    await hung;
  }
}

/** After an abort the flow gets a moment to end by itself, so that what it holds is there for the logout. */
async function letGo(flow: Promise<void>, clock: AttemptParts['clock']): Promise<void> {
  const ended = new AbortController();
  const end = () => ended.abort();
  flow.then(end, end);
  await clock.sleep(LET_GO_MS, ended.signal).catch(() => undefined);
}

const flowLimitMs = (plan: AttemptPlan, timeoutMs: number, codeIsSent: boolean): number =>
  (codeIsSent ? plan.expiryMs : MINUTE) + REQUESTS_PER_ATTEMPT * timeoutMs + MINUTE;

async function runLogout(parts: AttemptParts, context: AttemptContext): Promise<Logout> {
  const { spec, log, clock } = parts;
  if (log.passed('logout')) return 'ok';
  if (log.stages.some((record) => record.stage === 'logout')) return 'failed';
  if (!spec.flow.logout || !log.passed('login')) return 'none';
  const bound = new AbortController();
  const timer = clock.sleep(LOGOUT_MS, bound.signal).then(
    () => Promise.reject(new Error('the logout took too long')),
    () => undefined,
  );
  context.endFlow(bound.signal);
  try {
    await log.time('logout', async () => {
      await Promise.race([spec.flow.logout?.(context), timer]);
    });
    return 'ok';
  } catch {
    return 'failed';
  } finally {
    bound.abort();
  }
}

/** Late wins over what came after it; a refusal is the target's fault only when the code was surely its own. */
function judge(parts: AttemptParts, context: AttemptContext, ended: Ending): Ending {
  const { wait } = context;
  if (wait?.late && FAULT_OF[ended.outcome] !== 'monitor') {
    const seconds = ((wait.current?.deliveryMs ?? 0) / SECOND).toFixed(1);
    return { ...ended, outcome: 'late', reason: `the code came ${seconds} s after it was asked for` };
  }
  if (ended.outcome === 'code_rejected' && wait && parts.held.lease.unresolvedLoss) {
    return {
      ...ended,
      outcome: 'aborted',
      doubtful: true,
      reason:
        'a code was refused that may be of an earlier, lost request to this phone: cannot tell whose fault',
    };
  }
  return ended;
}

function assemble(parts: AttemptParts, context: AttemptContext, ended: Ending, logout: Logout): Attempt {
  const { plan, clock, log, mailbox } = parts;
  return {
    ...plan,
    finishedAt: clock.now(),
    durationMs: log.sinceStartMs(),
    outcome: ended.outcome,
    fault: FAULT_OF[ended.outcome],
    // An error of a user's flow may quote what the flow was given.
    reason: coverSecrets(ended.reason, context.known).slice(0, 500),
    stages: log.stages,
    requests: log.requests,
    code: codeRecord(parts, context, ended),
    messages: mailbox?.evidence(context.t0) ?? [],
    logout,
    retryAfterMs: ended.retryAfterMs,
  };
}

function codeRecord(parts: AttemptParts, context: AttemptContext, ended: Ending): CodeRecord | null {
  const { t0, wait } = context;
  if (!t0) return null;
  const { mailbox, plan } = parts;
  const came = ended.doubtful ? null : (wait?.current ?? mailbox?.reading.codes[0] ?? null);
  const unread = ended.outcome === 'redacted' ? mailbox?.reading.redactedMs : mailbox?.reading.unreadableMs;
  const arrival = came && (came.deliveryMs > plan.deadlineMs ? 'late' : 'on_time');
  return {
    requestedAt: t0.at,
    result: codeResultOf(ended.outcome, arrival),
    deliveryMs: came?.deliveryMs ?? unread ?? null,
    uncertaintyMs: came?.uncertaintyMs ?? 0,
    overdue: wait?.overdue ?? false,
  };
}
