import { Router, type Response } from 'express';
import { SECOND, maskSender } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { ProbeEvent } from '../ports/observer.ts';
import type { Auth } from './auth.ts';
import type { Board } from './board.ts';
import { WebError } from './web-error.ts';

interface EventOptions {
  readonly board: Pick<Board, 'subscribe'>;
  readonly auth: Auth;
  readonly clock: Clock;
  /** Aborts when the listener closes. */
  readonly closing: AbortSignal;
}

export const MAX_STREAMS = 50;
/** Proxies end streams that say nothing for a minute. */
export const HEARTBEAT_MS = 15 * SECOND;
/** A client that reads slower than this much behind is let go; it connects again by itself. */
const MAX_BUFFERED_BYTES = 1_000_000;

/** What happens, as it happens: server-sent events, each one JSON object with its `kind`. */
export function createEventRoutes({ board, auth, clock, closing }: EventOptions): Router {
  let streams = 0;
  const router = Router();
  router.get('/events', auth.require('reader'), async (request, response) => {
    if (streams >= MAX_STREAMS) {
      throw new WebError(503, `${MAX_STREAMS} event streams are open already`, { retryAfterSeconds: 10 });
    }
    streams += 1;
    const gone = new AbortController();
    request.once('close', () => gone.abort());
    response.once('close', () => gone.abort());
    const unsubscribe = board.subscribe((event) => {
      // Whoever posts rubbish to the hooks listener would fill every stream; it is counted.
      if (event.kind === 'inbox_failed') return;
      write(response, `data: ${JSON.stringify(shown(event))}\n\n`);
    });
    try {
      response.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
      });
      write(response, 'retry: 3000\n\n');
      await keepAlive(response, clock, AbortSignal.any([gone.signal, closing]));
    } finally {
      unsubscribe();
      streams -= 1;
      response.end();
    }
  });
  return router;
}

const ended = (): boolean => false;

/** Writes a comment now and then, until the signal ends it. */
async function keepAlive(response: Response, clock: Clock, signal: AbortSignal): Promise<void> {
  while (await clock.sleep(HEARTBEAT_MS, signal).then(() => true, ended)) write(response, ': still here\n\n');
}

function write(response: Response, text: string): void {
  if (response.writableLength > MAX_BUFFERED_BYTES) response.destroy();
  else response.write(text);
}

/** The sender of a stranger's message is masked; everything else in an event may be shown. */
const shown = (event: ProbeEvent): ProbeEvent =>
  event.kind === 'message_settled' ? { ...event, from: maskSender(event.from) } : event;
