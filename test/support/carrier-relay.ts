import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { AppWorld } from './app-world.ts';

const CarrierMessage = z.object({ id: z.string(), from: z.string(), to: z.string(), text: z.string() });
export type CarrierMessage = z.output<typeof CarrierMessage>;

/** Takes what the simulated carrier brings to each phone, to bring it to the daemon on another way. */
export async function relayCarrier(
  world: AppWorld,
  bring: (message: CarrierMessage) => Promise<unknown>,
): Promise<void> {
  const server = createServer((request, response) => {
    void json(request)
      .then((body) => bring(CarrierMessage.parse(body)))
      .then(
        () => response.writeHead(200).end(),
        () => response.writeHead(400).end(),
      );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  for (const { name } of world.sim.world.phones) {
    world.sim.connect(name, { manner: 'webhook', url, secret: 'no matter' });
  }
}
