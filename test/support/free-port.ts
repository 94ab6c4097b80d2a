import { createServer } from 'node:http';

/**
 * A port that was free a moment ago, where an address must be known before something listens on it: a webhook's
 * signature covers the address, so that it stands in the configuration.
 */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
