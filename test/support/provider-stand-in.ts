import { serveRaw } from './login-servers/server.ts';
import type { Manner } from '../contracts/sender-contract.ts';

export interface ProviderRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface ProviderReply {
  readonly status: number;
  readonly body: string;
}

export interface StandIn {
  /** Where nothing listens for a provider that `is away`. */
  readonly url: string;
  readonly requests: readonly ProviderRequest[];
  readonly asked: { to: string; text: string }[];
  readonly reached: Promise<void>;
}

/** A provider of SMS on 127.0.0.1; ends with the test. */
export async function startProvider(
  manner: Manner,
  speak: {
    readonly read: (request: ProviderRequest) => { to: string; text: string };
    readonly replies: Readonly<Record<'accepts' | 'refuses' | 'limits' | 'is down', ProviderReply>>;
  },
): Promise<StandIn> {
  const requests: ProviderRequest[] = [];
  const asked: { to: string; text: string }[] = [];
  const reached = Promise.withResolvers<void>();
  const url = await serveRaw(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const seen = {
      method: request.method ?? '',
      url: new URL(request.url ?? '', 'http://stand-in'),
      headers: request.headers,
      body,
    };
    requests.push(seen);
    asked.push(speak.read(seen));
    reached.resolve();
    if (manner === 'hangs') return;
    const reply =
      manner === 'babbles' || manner === 'is away'
        ? { status: 200, body: '<html>Welcome to the captive portal of +15005550111</html>' }
        : speak.replies[manner];
    response.writeHead(reply.status, { 'content-type': 'application/json' });
    response.end(reply.body);
  });
  return {
    url: manner === 'is away' ? 'http://127.0.0.1:1' : url,
    requests,
    asked,
    reached: reached.promise,
  };
}
