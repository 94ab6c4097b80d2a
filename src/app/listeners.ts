import { redactedConfig } from '../config/redacted.ts';
import type { Operations } from '../ports/operations.ts';
import { createHooksServer, type HooksServer } from '../web/hooks.ts';
import { createWebServer, type WebServer } from '../web/server.ts';
import type { AppParts } from './create-app.ts';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/** The listener for people and Prometheus; tokens follow a reload. */
export function createWeb(parts: AppParts, operations: Operations): WebServer {
  const { board, metrics, clock, options, guard } = parts;
  return createWebServer({
    operations,
    board,
    metrics,
    clock,
    logger: options.logger,
    auth: {
      get readToken() {
        return parts.generation.config.web.readToken;
      },
      get adminToken() {
        return parts.generation.config.web.adminToken;
      },
    },
    guard: guard.current,
    loopback: LOOPBACK.has(parts.generation.config.web.host),
    ...(options.notice === undefined ? {} : { notice: options.notice }),
    ...(options.demo && { demo: options.demo }),
    redactedConfig: () => redactedConfig(parts.generation.config),
  });
}

/** The listener for messages. */
export function createHooks(parts: AppParts): HooksServer {
  const { engine, deps, options } = parts;
  return createHooksServer({
    get inboxes() {
      return engine.reception.inboxes;
    },
    accept: (_inbox, messages) => engine.mailroom.accept(messages),
    keepReceipts: (receipts) => engine.receipts.keep(receipts),
    failed: (inbox, error) => engine.notify({ kind: 'inbox_failed', inbox, error }),
    stamp: deps.stamp,
    logger: options.logger,
  });
}
