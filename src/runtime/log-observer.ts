import type { Attempt } from '../domain/attempt.ts';
import type { Logger, LogLevel } from '../ports/logger.ts';
import type { EventOf, Observer } from '../ports/observer.ts';

/** One line an attempt, one a skip; what only matters live is for the debug level. */
export function createLogObserver(logger: Logger): Observer {
  return {
    observe(event) {
      const line = lineOf(event.kind, event);
      if (line) logger.log(line.level, line.event, line.fields);
    },
  };
}

interface Line {
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const line = (level: LogLevel, event: string, fields: Line['fields']): Line => ({ level, event, fields });
const silent = () => null;

const lineOf = <Kind extends keyof EventOf>(kind: Kind, event: EventOf[Kind]): Line | null =>
  LINES[kind](event);

/** A new kind of event does not compile until it is decided what is logged of it. */
const LINES: { readonly [Kind in keyof EventOf]: (event: EventOf[Kind]) => Line | null } = {
  attempt_finished: ({ attempt }) => line(levelOf(attempt), 'attempt', summaryOf(attempt)),
  attempt_dropped: ({ attempt, reason }) => {
    const { id, probe, target, phone, route } = attempt;
    return line('warn', 'result_refused', { attempt: id, probe, target, ...placeOf(phone, route), reason });
  },
  tick_skipped: ({ probe, target, reason, detail }) =>
    line(reason === 'shutdown' ? 'debug' : 'warn', 'skip', { probe, target, reason, detail }),
  code_overdue: ({ plan: { id, probe, target, phone, route } }) =>
    line('warn', 'code_overdue', { attempt: id, probe, target, phone, route }),
  message_settled: ({ inbox, phone, from, disposition }) =>
    line('debug', 'message', { inbox, phone, from, disposition }),
  inbox_changed: ({ inbox, up, reason }) =>
    line(up ? 'info' : 'error', up ? 'inbox_up' : 'inbox_down', { inbox, reason }),
  store_changed: ({ up, reason }) => line(up ? 'info' : 'error', up ? 'store_up' : 'store_down', { reason }),
  config_reloaded: ({ ok, reason }) =>
    line(ok ? 'info' : 'error', ok ? 'config_reloaded' : 'config_refused', { reason }),
  outage_changed: ({ target, route, from, to, hypothesis, score }) =>
    line(to === 'ALARM' ? 'error' : 'info', 'outage', {
      target,
      route,
      from,
      to,
      ...(hypothesis === null ? {} : { hypothesis }),
      score: Number(score.toFixed(2)),
    }),
  confirmation_started: ({ target, askedBy, plan: { id, probe, phone, route } }) =>
    line('info', 'confirmation', { target, asked_by: askedBy, attempt: id, probe, phone, route }),
  verdict_changed: ({ target, before, verdict: { cause, subject, posterior, words } }) =>
    line(cause === 'healthy' || cause === 'inconclusive' ? 'info' : 'error', 'verdict', {
      target,
      before,
      cause,
      ...(subject === null ? {} : { subject }),
      posterior: Number(posterior.toFixed(3)),
      words,
    }),
  receipt_judged: ({ attempt, probe, phone, route, truth }) =>
    line(truth === 'delivered_never_seen' ? 'warn' : 'info', 'receipt', {
      attempt,
      probe,
      phone,
      route,
      truth,
    }),
  // Said where it happens, with its reason.
  inbox_failed: silent,
  attempt_started: silent,
  stage_started: silent,
  code_requested: silent,
  tick_taken: silent,
};

const levelOf = (attempt: Attempt): LogLevel => {
  if (attempt.outcome === 'ok') return 'info';
  return attempt.fault === 'target' || attempt.fault === 'delivery' ? 'error' : 'warn';
};

const placeOf = (phone: string | null, route: string | null) => (phone === null ? {} : { phone, route });

function summaryOf(attempt: Attempt): Record<string, unknown> {
  const { id, probe, target, account, phone, route, outcome, fault, reason, code, durationMs } = attempt;
  return {
    attempt: id,
    probe,
    target,
    account,
    ...placeOf(phone, route),
    outcome,
    fault,
    ...(code ? { result: code.result, delivery_ms: code.deliveryMs && Math.round(code.deliveryMs) } : {}),
    duration_ms: Math.round(durationMs),
    logout: attempt.logout,
    ...(outcome === 'ok' ? {} : { reason }),
  };
}
