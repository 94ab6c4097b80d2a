import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** The public address of the hooks listener, as a reverse proxy before it has it; ends with the test. */
export interface PublicDoor {
  readonly url: string;
  /** Where what comes is passed on to; until then it answers 502. */
  openTo(address: { readonly host: string; readonly port: number }): void;
}

export async function startPublicDoor(): Promise<PublicDoor> {
  let behind: { readonly host: string; readonly port: number } | null = null;
  const server = createServer((request, response) => {
    if (!behind) {
      response.writeHead(502).end();
      return;
    }
    const { method, url: path, headers } = request;
    const passed = forward({ ...behind, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
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
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    openTo(address) {
      behind = address;
    },
  };
}
