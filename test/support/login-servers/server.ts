import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as a test's server sees it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly form: URLSearchParams;
  readonly json: Readonly<Record<string, unknown>>;
  readonly cookies: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly html?: string;
  readonly json?: unknown;
  readonly text?: string;
}

export interface RunningServer {
  readonly url: string;
  readonly received: Received[];
}

/** A server on a free port of 127.0.0.1 that ends with the test. */
export async function serve(answer: (request: Received) => Reply | Promise<Reply>): Promise<RunningServer> {
  const received: Received[] = [];
  const url = await serveRaw(async (request, response) => {
    const read = await readRequest(request);
    received.push(read);
    const reply = await answer(read);
    const [body, type] = bodyOf(reply);
    response.writeHead(reply.status ?? 200, { 'content-type': type, ...reply.headers });
    response.end(body);
  });
  return { url, received };
}

/** The same with the bare request and response, for servers that misbehave. */
export async function serveRaw(
  handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<string> {
  const server = createServer((request, response) => {
    void Promise.resolve(handle(request, response)).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function bodyOf(reply: Reply): [string, string] {
  if (reply.html !== undefined) return [reply.html, 'text/html; charset=utf-8'];
  if (reply.json !== undefined) return [JSON.stringify(reply.json), 'application/json'];
  return [reply.text ?? '', 'text/plain'];
}

async function readRequest(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const url = new URL(request.url ?? '/', 'http://test');
  const cookies = (request.headers.cookie ?? '').split('; ').map((pair) => pair.split('='));
  const isJson = request.headers['content-type'] === 'application/json';
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body,
    form: new URLSearchParams(isJson ? '' : body),
    json: isJson ? (JSON.parse(body) as Record<string, unknown>) : {},
    cookies: Object.fromEntries(cookies.map(([name, value]) => [name ?? '', value ?? ''])),
  };
}
