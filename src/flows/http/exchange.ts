import type { Agent, Dispatcher } from 'undici';
import type { Clock } from '../../ports/clock.ts';
import { MAX_BODY_BYTES } from './body.ts';
import { REUSED_CONNECTION, type ConnectTimes, type TimedConnector } from './connector.ts';

/** One request on the wire. */
export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Called just before the first byte is written; when it throws, nothing is. */
  readonly onWriting: () => void;
  readonly signal: AbortSignal;
}

/** One answer on the wire, its body still packed. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Monotonic milliseconds; parts that did not happen are null. They follow one another and do not overlap. */
export interface ExchangeTimes extends ConnectTimes {
  readonly startedMs: number;
  /** From the request's first byte to the answer's. */
  readonly ttfbMs: number | null;
  readonly totalMs: number;
}

export class BodyTooLarge extends Error {
  constructor() {
    super(`the answer's body is larger than ${MAX_BODY_BYTES} bytes`);
    this.name = 'BodyTooLarge';
  }
}

export interface Wire {
  readonly agent: Agent;
  readonly connector: TimedConnector;
  readonly clock: Clock;
}

/**
 * Sends one request and reads its answer whole, bounded. Rejects with the signal's reason, with BodyTooLarge, with what `onWriting`
 * threw, or with the connection's error; the connection is destroyed then. `times` is called once, whatever the end.
 */
export async function exchange(
  wire: Wire,
  request: WireRequest,
  times: (times: ExchangeTimes, status: number | null) => void,
): Promise<WireAnswer> {
  const { clock } = wire;
  const startedMs = clock.monotonicMs();
  const seen: Seen = {
    connection: REUSED_CONNECTION,
    writtenMs: null,
    answeredMs: null,
    status: null,
  };
  try {
    return await new Promise<WireAnswer>((resolve, reject) => {
      wire.agent.dispatch(
        {
          origin: request.url.origin,
          path: `${request.url.pathname}${request.url.search}`,
          method: request.method,
          headers: { ...request.headers },
          body: request.body,
        },
        createHandler(wire, request, seen, { resolve, reject }),
      );
    });
  } finally {
    const endedMs = clock.monotonicMs();
    const ttfbMs =
      seen.writtenMs === null || seen.answeredMs === null ? null : seen.answeredMs - seen.writtenMs;
    times({ startedMs, ...seen.connection, ttfbMs, totalMs: endedMs - startedMs }, seen.status);
  }
}

interface Seen {
  connection: ConnectTimes;
  writtenMs: number | null;
  answeredMs: number | null;
  status: number | null;
}

interface Settle {
  readonly resolve: (answer: WireAnswer) => void;
  readonly reject: (error: unknown) => void;
}

function createHandler(
  wire: Wire,
  request: WireRequest,
  seen: Seen,
  settle: Settle,
): Dispatcher.DispatchHandler {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let head: Pick<WireAnswer, 'status' | 'headers'> | null = null;
  let stop: ((error: Error) => void) | null = null;

  const onAbort = (): void => {
    settle.reject(request.signal.reason);
    stop?.(new Error('aborted'));
  };
  const ended = (): void => request.signal.removeEventListener('abort', onAbort);
  request.signal.addEventListener('abort', onAbort, { once: true });

  return {
    onRequestStart(controller) {
      stop = (error) => controller.abort(error);
      // Aborted while it was still connecting: it must not be written any more.
      request.signal.throwIfAborted();
      seen.connection = wire.connector.takeTimes();
      request.onWriting();
      seen.writtenMs = wire.clock.monotonicMs();
    },
    onResponseStart(_controller, status, headers) {
      if (status < 200) return;
      seen.answeredMs = wire.clock.monotonicMs();
      seen.status = status;
      head = { status, headers };
    },
    onResponseData(controller, chunk) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) controller.abort(new BodyTooLarge());
      else chunks.push(chunk);
    },
    onResponseEnd() {
      ended();
      if (head) settle.resolve({ ...head, body: Buffer.concat(chunks) });
    },
    onResponseError(_controller, error) {
      ended();
      settle.reject(error);
    },
  };
}
