// Brings messages to the hooks listener, from outside: as many connections as a busy provider has. Started as a child.
import { createHmac } from 'node:crypto';
import { Pool } from 'undici';
import { numberOf, RACK_SECRET } from './configuration.ts';
import { serveParent } from './children.ts';

export interface Storm {
  readonly hooks: string;
  readonly messages: number;
  readonly connections: number;
  readonly phones: number;
  /** Ids begin with it. */
  readonly name: string;
}

/** How long it took until all were answered, and how many were answered with 2xx. */
export interface StormEnd {
  readonly ms: number;
  readonly kept: number;
}

serveParent(async (storm: Storm): Promise<StormEnd> => {
  const { hooks, messages, connections, phones, name } = storm;
  const pool = new Pool(hooks, { connections });
  let next = 0;
  let kept = 0;
  const began = performance.now();
  const send = async () => {
    while (next < messages) {
      const id = next;
      next += 1;
      const text = `Your ACME code is ${100_000 + (id % 900_000)}`;
      const body = JSON.stringify({ id: `${name}-${id}`, from: 'ACME', to: numberOf(id % phones), text });
      const timestamp = String(Math.floor(Date.now() / 1000));
      const signature = createHmac('sha256', RACK_SECRET).update(`${timestamp}.${body}`).digest('hex');
      const answer = await pool.request({
        method: 'POST',
        path: '/hooks/rack',
        headers: {
          'content-type': 'application/json',
          'x-timestamp': timestamp,
          'x-signature': `sha256=${signature}`,
        },
        body,
      });
      await answer.body.dump();
      if (answer.statusCode < 300) kept += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, send));
  const ms = performance.now() - began;
  await pool.close();
  return { ms, kept };
});
