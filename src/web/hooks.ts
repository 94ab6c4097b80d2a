import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import type { Stamp } from '../domain/stamp.ts';
import { SECOND } from '../domain/units.ts';
import { answerHook, type HookAnswer, type HookAnswerDeps } from './hooks-answer.ts';
import { readBody } from './hooks-body.ts';
import { listen } from './listen.ts';
import { createServer } from './node-http.ts';

export interface HooksServer {
  /** Resolves with the address in use; rejects when it cannot be had. */
  listen(host: string, port: number): Promise<{ host: string; port: number }>;
  /** Answers what is being kept, cuts off what is only half sent. */
  close(): Promise<void>;
}

export interface HooksDeps extends HookAnswerDeps {
  readonly stamp: () => Stamp;
  readonly limits?: Partial<HooksLimits>;
}

export interface HooksLimits {
  readonly bodyBytes: number;
  /** For a request's headers, and for all of a request. */
  readonly requestMs: number;
  /** How often slow requests are looked for. */
  readonly checkMs: number;
  readonly keepAliveMs: number;
  readonly connections: number;
  readonly requestsPerConnection: number;
}

const LIMITS: HooksLimits = {
  bodyBytes: 64 * 1024,
  requestMs: 10 * SECOND,
  checkMs: SECOND,
  keepAliveMs: 5 * SECOND,
  connections: 512,
  requestsPerConnection: 100,
};

/**
 * The one listener that faces the internet. It knows `/hooks/NAME` and nothing else, and says nothing about itself.
 * A message's arrival is stamped when its headers are complete, before any work of ours: providers send a
 * message in one write, so that its first byte is of the same moment.
 */
export function createHooksServer(deps: HooksDeps): HooksServer {
  const limits = { ...LIMITS, ...deps.limits };
  const answering = new Set<Promise<void>>();
  const server = createServer({
    headersTimeout: limits.requestMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkMs,
    keepAliveTimeout: limits.keepAliveMs,
  });
  server.maxConnections = limits.connections;
  server.maxRequestsPerSocket = limits.requestsPerConnection;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrived = deps.stamp();
    const read = await readBody(request, limits.bodyBytes);
    if (read.read === 'cut_off') return;
    const answered = answerHook(request, read, arrived, deps).then((answer) => {
      return write(response, answer, server.listening);
    });
    answering.add(answered);
    await answered.finally(() => answering.delete(answered));
  }
  server.on('request', (request, response) => void serve(request, response));

  return {
    listen: (host, port) => listen(server, { host, port }, 'hooks.listen'),
    close: async () => {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      while (answering.size > 0) await Promise.allSettled(answering);
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Never rejects: a caller that has gone needs no answer. */
async function write(response: ServerResponse, answer: HookAnswer, keepAlive: boolean): Promise<void> {
  const body = answer.body ?? '';
  response.writeHead(answer.status, {
    'x-content-type-options': 'nosniff',
    'content-length': Buffer.byteLength(body),
    ...(keepAlive ? {} : { connection: 'close' }),
    ...answer.headers,
  });
  response.end(body);
  await finished(response).catch(() => undefined);
}
