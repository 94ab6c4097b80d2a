// A login that costs next to nothing, for benchmarks that are not about it: the JSON API of the simulated site, without
// its books. Started as a child; answers its address.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { serveParent } from './children.ts';

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => answer(request, response, Buffer.concat(chunks).toString()));
});

function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
  const reply = (json: unknown, headers: Record<string, string> = {}) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(json));
  };
  switch (`${request.method} ${request.url}`) {
    case 'POST /api/session': {
      const [, user = ''] = /"user":"([^"]*)"/.exec(body) ?? [];
      reply({ challenge: 'second_factor' }, { 'set-cookie': `session=${user}; Path=/; HttpOnly` });
      return;
    }
    case 'POST /api/session/2fa/sms':
      reply({ sent: true });
      return;
    case 'GET /api/me':
      reply({ name: /session=([^;]*)/.exec(request.headers.cookie ?? '')?.[1] });
      return;
    default:
      reply({ signedIn: true });
  }
}

serveParent(
  () =>
    new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '');
      });
    }),
);
