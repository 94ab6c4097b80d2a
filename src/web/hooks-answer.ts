import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { InboundMessage } from '../domain/message.ts';
import type { Receipt } from '../domain/receipt.ts';
import type { Stamp } from '../domain/stamp.ts';
import type { Inbox, InboxError } from '../ports/inbox.ts';
import type { Logger } from '../ports/logger.ts';
import { StoreDown } from '../ports/store.ts';
import type { BodyRead } from './hooks-body.ts';

export interface HookAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HookAnswerDeps {
  /** By name; looked up at each request, so that a reload may change them. */
  readonly inboxes: ReadonlyMap<string, Inbox>;
  /** Resolves when the messages are durable; throws StoreDown when they cannot be kept now. */
  readonly accept: (inbox: string, messages: readonly InboundMessage[]) => Promise<void>;
  /** The same for receipts; without it they are let go. */
  readonly keepReceipts?: (receipts: readonly Receipt[]) => Promise<void>;
  readonly logger: Logger;
  /** Something went wrong with a request to this inbox. */
  readonly failed?: (inbox: string, error: InboxError) => void;
}

/** What a store outage is likely to outlast least; providers that retry wait longer anyway. */
const SEND_AGAIN = { 'retry-after': '5' };

/**
 * From a request that is read to its answer: 2xx means that every message is durable. Never throws, and
 * neither logs nor answers anything of the request's content.
 */
export async function answerHook(
  request: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  read: Exclude<BodyRead, { read: 'cut_off' }>,
  arrived: Stamp,
  deps: HookAnswerDeps,
): Promise<HookAnswer> {
  const { method = '', url = '' } = request;
  const name = /^\/hooks\/([^/?#]+)(?:\?|$)/.exec(url)?.[1] ?? '';
  const hook = deps.inboxes.get(name)?.hook;
  if (!hook) return { status: 404 };
  const refuse = (status: number, reason: string, headers: Readonly<Record<string, string>> = {}) => {
    deps.logger.log('warn', 'hook_refused', { inbox: name, status, reason });
    // 503: other parts are awaited, nothing is wrong.
    if (status !== 503) deps.failed?.(name, status === 401 || status === 403 ? 'signature' : 'request');
    return text(status, reason, headers);
  };
  const allow = hook.methods.join(', ');
  if (!hook.methods.includes(method)) return refuse(405, `expected ${allow}`, { allow });
  if (read.read === 'too_large') return refuse(413, 'the body is too large', { connection: 'close' });
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    return refuse(415, 'expected a body without Content-Encoding');
  }
  try {
    const headers = flatten(request.headers);
    const verdict = await hook.receive({ method, url, headers, body: read.body, arrived });
    if (!verdict.accepted) {
      return refuse(verdict.status, verdict.reason, verdict.status === 503 ? SEND_AGAIN : {});
    }
    await deps.accept(name, verdict.messages);
    if (verdict.receipts) await deps.keepReceipts?.(verdict.receipts);
    verdict.kept?.();
    const { status, contentType, body } = verdict.reply;
    return { status, headers: { 'content-type': contentType }, body };
  } catch (error) {
    deps.failed?.(name, error instanceof StoreDown ? 'store' : 'request');
    return failed(error, name, deps.logger);
  }
}

function failed(error: unknown, inbox: string, logger: Logger): HookAnswer {
  if (error instanceof StoreDown) {
    logger.log('error', 'hook_not_kept', { inbox, reason: error.message });
    return text(503, 'cannot keep messages now, please send it again', SEND_AGAIN);
  }
  // An error's message may quote the body: its name and place must do.
  const name = error instanceof Error ? error.name : typeof error;
  const place = error instanceof Error ? /^\s+at .*$/m.exec(error.stack ?? '')?.[0].trim() : undefined;
  logger.log('error', 'hook_failed', { inbox, error: name, place });
  return text(500, 'internal error');
}

const text = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): HookAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  body,
});

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => {
    return [name, Array.isArray(value) ? value.join(', ') : (value ?? '')];
  });
  return Object.fromEntries(entries);
}
