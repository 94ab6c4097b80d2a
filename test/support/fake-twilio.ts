import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export const ACCOUNT_SID = 'AC00000000000000000000000000000001';
export const AUTH_TOKEN = 'token-of-the-account';

export interface FakeTwilio {
  readonly apiUrl: string;
  /** Every request: method, path with decoded query, and form. */
  readonly requests: {
    readonly method: string;
    readonly url: string;
    readonly form: Record<string, string>;
  }[];
  /** Decides each answer; `hang` never answers. */
  answer: (request: { readonly url: URL; readonly form: URLSearchParams }) => FakeAnswer;
}

export type FakeAnswer =
  | 'hang'
  | { readonly status: number; readonly json?: unknown; readonly text?: string };

/** As much of Twilio's REST API as a test of ours needs; ends with the test. */
export async function startFakeTwilio(answer: FakeTwilio['answer']): Promise<FakeTwilio> {
  const requests: FakeTwilio['requests'] = [];
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await readForm(request);
    const url = new URL(request.url ?? '', 'http://fake');
    requests.push({
      method: request.method ?? '',
      url: decodeURIComponent(request.url ?? ''),
      form: Object.fromEntries(form),
    });
    const expected = `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString('base64')}`;
    const authorised = request.headers.authorization === expected;
    const given = authorised ? fake.answer({ url, form }) : twilioError(401, 20_003, 'Authenticate');
    if (given === 'hang') return;
    response.writeHead(given.status, { 'content-type': 'application/json' });
    response.end(given.text ?? JSON.stringify(given.json));
  }
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const fake: FakeTwilio = { apiUrl: `http://127.0.0.1:${port}`, requests, answer };
  return fake;
}

export const twilioError = (status: number, code: number, message: string): FakeAnswer => ({
  status,
  json: { status, code, message, more_info: `https://www.twilio.com/docs/errors/${code}` },
});

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return new URLSearchParams(body);
}
