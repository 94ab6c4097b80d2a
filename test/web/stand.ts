import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { createBoard, type Board } from '../../src/web/board.ts';
import { createWebServer, type WebOptions } from '../../src/web/server.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeOperations } from '../support/fake-operations.ts';

export const READ_TOKEN = 'read-token-1b5f';
export const ADMIN_TOKEN = 'admin-token-9c2e';
export const TOKENS = { readToken: new Secret(READ_TOKEN), adminToken: new Secret(ADMIN_TOKEN) };

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface WebStand {
  readonly operations: FakeOperations;
  readonly board: Board;
  readonly clock: FakeClock;
  readonly logged: { readonly event: string; readonly fields: unknown }[];
  readonly port: number;
  readonly ask: (path: string, options?: Ask) => Promise<Answer>;
  /** The answer as it comes, for streams. */
  readonly open: (path: string, options?: Ask) => Promise<IncomingMessage>;
  readonly close: () => Promise<void>;
  readonly renewCertificate: () => void;
}

/** A web listener over fake operations; closed when the test is over. */
export async function createWebStand(
  options: Partial<WebOptions> & { operations?: FakeOperations } = {},
): Promise<WebStand> {
  const operations = options.operations ?? new FakeOperations();
  const board = createBoard();
  const clock = new FakeClock();
  const logged: WebStand['logged'] = [];
  const web = createWebServer({
    board,
    metrics: {
      scrape: (accept) => Promise.resolve({ contentType: 'text/plain', body: `for ${accept ?? 'anyone'}\n` }),
    },
    auth: { readToken: null, adminToken: null },
    loopback: true,
    redactedConfig: () => 'web: { adminToken: "[secret]" }\n',
    clock,
    logger: { log: (_level, event, fields) => void logged.push({ event, fields }) },
    ...options,
    operations,
  });
  const { port } = await web.listen({ host: '127.0.0.1', port: 0 });
  const close = () => web.close();
  onTestFinished(close);
  const open = (path: string, how: Ask = {}) => send(port, path, how);
  return {
    operations,
    board,
    clock,
    logged,
    port,
    open,
    close,
    renewCertificate: web.renewCertificate,
    ask: async (path, how) => readAll(await open(path, how)),
  };
}

const send = (
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: Ask,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, headers: { ...headers }, agent: false },
      resolve,
    );
    sent.once('error', reject);
    sent.end(body);
  });

async function readAll(message: IncomingMessage): Promise<Answer> {
  let body = '';
  message.setEncoding('utf8');
  for await (const chunk of message) body += String(chunk);
  return { status: message.statusCode ?? 0, headers: message.headers, body };
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
export const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
export const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
/** What a current browser adds to a form that our own page posts. */
export const OWN_FORM = { ...BROWSER, ...FORM, 'sec-fetch-site': 'same-origin' };
