import type { Attempt } from '../domain/attempt.ts';
import type { Logger, LogLevel } from '../ports/logger.ts';
import type { Observer, ProbeEvent } from '../ports/observer.ts';

/** One line an attempt, one a skip; what only matters live is for the debug level. */
export function createLogObserver(logger: Logger): Observer {
  return { observe: (event) => log(logger, event) };
}

function log(logger: Logger, event: ProbeEvent): void {
  switch (event.kind) {
    case 'attempt_finished':
      logger.log(levelOf(event.attempt), 'attempt', summaryOf(event.attempt));
      return;
    case 'tick_skipped': {
      const { probe, target, reason, detail } = event;
      logger.log(reason === 'shutdown' ? 'debug' : 'warn', 'skip', { probe, target, reason, detail });
      return;
    }
    case 'code_overdue': {
      const { id, probe, target, phone, route } = event.plan;
      logger.log('warn', 'code_overdue', { attempt: id, probe, target, phone, route });
      return;
    }
    case 'message_settled': {
      const { inbox, phone, from, disposition } = event;
      logger.log('debug', 'message', { inbox, phone, from, disposition });
      return;
    }
    case 'inbox_changed':
      logger.log(event.up ? 'info' : 'error', event.up ? 'inbox_up' : 'inbox_down', {
        inbox: event.inbox,
        reason: event.reason,
      });
      return;
    case 'store_changed':
      logger.log(event.up ? 'info' : 'error', event.up ? 'store_up' : 'store_down', { reason: event.reason });
      return;
    case 'config_reloaded':
      logger.log(event.ok ? 'info' : 'error', event.ok ? 'config_reloaded' : 'config_refused', {
        reason: event.reason,
      });
      return;
    case 'outage_changed': {
      const { target, route, from, to, hypothesis, score } = event;
      logger.log(to === 'ALARM' ? 'error' : 'info', 'outage', {
        target,
        route,
        from,
        to,
        ...(hypothesis === null ? {} : { hypothesis }),
        score: Number(score.toFixed(2)),
      });
      return;
    }
    case 'confirmation_started': {
      const { id, probe, phone, route } = event.plan;
      logger.log('info', 'confirmation', {
        target: event.target,
        asked_by: event.askedBy,
        attempt: id,
        probe,
        phone,
        route,
      });
      return;
    }
    case 'verdict_changed': {
      const { cause, subject, posterior, words } = event.verdict;
      const level = cause === 'healthy' || cause === 'inconclusive' ? 'info' : 'error';
      logger.log(level, 'verdict', {
        target: event.target,
        before: event.before,
        cause,
        ...(subject === null ? {} : { subject }),
        posterior: Number(posterior.toFixed(3)),
        words,
      });
      return;
    }
    case 'attempt_started':
    case 'stage_started':
    case 'code_requested':
    case 'tick_taken':
      return;
    default:
      event satisfies never;
  }
}

const levelOf = (attempt: Attempt): LogLevel => {
  if (attempt.outcome === 'ok') return 'info';
  return attempt.fault === 'target' || attempt.fault === 'delivery' ? 'error' : 'warn';
};

function summaryOf(attempt: Attempt): Record<string, unknown> {
  const { id, probe, target, account, phone, route, outcome, fault, reason, code, durationMs } = attempt;
  return {
    attempt: id,
    probe,
    target,
    account,
    ...(phone === null ? {} : { phone, route }),
    outcome,
    fault,
    ...(code ? { result: code.result, delivery_ms: code.deliveryMs && Math.round(code.deliveryMs) } : {}),
    duration_ms: Math.round(durationMs),
    logout: attempt.logout,
    ...(outcome === 'ok' ? {} : { reason }),
  };
}
