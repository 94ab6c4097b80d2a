import type { IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { HEARTBEAT_MS, MAX_STREAMS } from '../../src/web/event-routes.ts';
import { anAttempt, aPlan, NOON } from '../support/builders.ts';
import { aChange } from '../support/watch-views.ts';
import { bearer, createWebStand, READ_TOKEN, TOKENS } from './stand.ts';

/** Reads the stream until it has said so much. */
async function readUntil(stream: IncomingMessage, wanted: string): Promise<string> {
  stream.setEncoding('utf8');
  let text = '';
  while (!text.includes(wanted)) {
    const [chunk] = (await once(stream, 'data')) as [string];
    text += chunk;
  }
  return text;
}

test('what happens is told at once, as one JSON object an event', async () => {
  const stand = await createWebStand();
  const stream = await stand.open('/api/v1/events');
  expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  await readUntil(stream, 'retry: 3000\n\n');
  stand.board.observe({ kind: 'attempt_finished', attempt: anAttempt(aPlan('a1')) });
  const text = await readUntil(stream, '\n\n');
  expect(JSON.parse(text.replace(/^data: /, ''))).toMatchObject({
    kind: 'attempt_finished',
    attempt: { id: 'a1', outcome: 'ok' },
  });
});

test('line ends in an event do not make two of it', async () => {
  const stand = await createWebStand();
  const stream = await stand.open('/api/v1/events');
  await readUntil(stream, 'retry');
  stand.board.observe({
    kind: 'inbox_changed',
    inbox: 'sim-rack',
    up: false,
    reason: 'a\n\ndata: {"kind":"forged"}\n\n',
  });
  const text = await readUntil(stream, '\n\n');
  expect(text.match(/^data:/gm)).toHaveLength(1);
});

test('the number of a message’s sender is masked', async () => {
  const stand = await createWebStand();
  const stream = await stand.open('/api/v1/events');
  await readUntil(stream, 'retry');
  const event = {
    kind: 'message_settled',
    inbox: 'sim-rack',
    phone: 'us-a',
    disposition: 'matched',
    at: NOON,
  } as const;
  stand.board.observe({ ...event, from: '+15005550199', afterExpiry: null });
  const text = await readUntil(stream, '\n\n');
  expect(text).toContain('+1•••0199');
  expect(text).not.toContain('5005550');
});

test('a quiet stream is kept alive', async () => {
  const stand = await createWebStand();
  const stream = await stand.open('/api/v1/events');
  await readUntil(stream, 'retry');
  const alive = readUntil(stream, ': still here\n\n');
  await stand.clock.advance(HEARTBEAT_MS);
  expect(await alive).toBe(': still here\n\n');
});

test('so many streams are open at most, and a closed one makes room', async () => {
  const stand = await createWebStand();
  const streams = await Promise.all(Array.from({ length: MAX_STREAMS }, () => stand.open('/api/v1/events')));
  const refused = await stand.ask('/api/v1/events');
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '10']);
  streams[0]?.destroy();
  let status = 503;
  while (status === 503) {
    const next = await stand.open('/api/v1/events');
    status = next.statusCode ?? 0;
    if (status === 503) next.resume();
    else next.destroy();
  }
  expect(status).toBe(200);
});

test('closing the listener ends the streams', async () => {
  const stand = await createWebStand();
  const stream = await stand.open('/api/v1/events');
  await readUntil(stream, 'retry');
  const ended = once(stream, 'end');
  stream.resume();
  await stand.close();
  await ended;
  expect(stand.clock.waiting).toBe(0);
});

test('the stream needs a token like everything that is read', async () => {
  const stand = await createWebStand({ auth: TOKENS });
  expect((await stand.ask('/api/v1/events')).status).toBe(401);
  const stream = await stand.open('/api/v1/events', { headers: bearer(READ_TOKEN) });
  expect(stream.statusCode).toBe(200);
});

test('changes of the verdict and dropped attempts are told too', async () => {
  const stand = await createWebStand();
  const stream = await stand.open('/api/v1/events');
  await readUntil(stream, 'retry: 3000\n\n');
  const { id, probe, target, phone, route } = aPlan('a1');
  const { verdict } = aChange(0);
  for (const event of [
    { kind: 'attempt_dropped', attempt: { id, probe, target, phone, route }, reason: 'its lease was lost' },
    { kind: 'verdict_changed', target: 'acme', before: 'healthy', verdict },
  ] as const) {
    stand.board.observe(event);
    const text = await readUntil(stream, '\n\n');
    expect(JSON.parse(text.replace(/^data: /, ''))).toEqual(event);
  }
});
