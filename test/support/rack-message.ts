import { createHmac } from 'node:crypto';
import { SECOND } from '../../src/domain/units.ts';
import { RACK_SECRET } from './sim-config.ts';

export interface RackMessage {
  readonly id: string;
  readonly to: string;
  /** Not one that sends codes, unless said otherwise. */
  readonly from?: string;
  readonly text?: string;
}

/** Brings a message to the daemon's hooks as the rack signs it. Rejects when there is no answer. */
export function sendToRack(
  hooks: string,
  { id, to, from = 'OTHER', text = 'Your parcel is here' }: RackMessage,
  signal: AbortSignal | null = null,
): Promise<Response> {
  const body = JSON.stringify({ id, from, to, text });
  const timestamp = String(Math.floor(Date.now() / SECOND));
  const signature = createHmac('sha256', RACK_SECRET).update(`${timestamp}.${body}`).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-timestamp': timestamp,
    'x-signature': `sha256=${signature}`,
  };
  return fetch(`${hooks}/hooks/rack`, { method: 'POST', headers, body, signal });
}
