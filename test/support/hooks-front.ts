import { createServer } from 'node:http';
import { once } from 'node:events';

/** What stands before the nodes' hooks listeners: hands each request to one that takes it, in turn. */
export interface HooksFront {
  readonly url: string;
  close(): Promise<void>;
}

const ANSWER_WITHIN_MS = 3000;
const ROUNDS = 3;

export async function openFront(backends: () => readonly string[]): Promise<HooksFront> {
  let turn = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const body = Buffer.concat(parts);
      const headers = Object.entries(request.headers).flatMap(([name, value]) =>
        typeof value === 'string' && !['host', 'connection', 'content-length'].includes(name)
          ? [[name, value] as [string, string]]
          : [],
      );
      for (let round = 0; round < ROUNDS * backends().length; round += 1) {
        turn += 1;
        const all = backends();
        const answer = await fetch(`${all[turn % all.length]}${request.url ?? ''}`, {
          method: request.method ?? 'POST',
          headers,
          body,
          signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        }).catch(() => null);
        if (answer && answer.status < 500) {
          response.writeHead(answer.status).end(await answer.text());
          return;
        }
      }
      response.writeHead(503).end();
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the front has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
