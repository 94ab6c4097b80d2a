import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRack, makeReadable, RACK_SECRET } from '../support/modem-rack.ts';

const TEXT = 'Your code is 493021 — naïve ☎️\nsecond line "quoted" \\ $(x) `y` \t%';

/** What gammu-smsd 1.42 sets for a message of one part, and for one of several. */
const one = (text: string, from = 'ACME') => ({
  PHONE_ID: 'rack-1',
  SMS_MESSAGES: '1',
  DECODED_PARTS: '0',
  SMS_1_CLASS: '-1',
  SMS_1_NUMBER: from,
  SMS_1_REFERENCE: '0',
  SMS_1_TEXT: text,
});
const several = (...parts: string[]) => ({
  PHONE_ID: 'rack-1',
  SMS_MESSAGES: String(parts.length),
  ...Object.fromEntries(
    parts.flatMap((text, at) => [
      [`SMS_${at + 1}_NUMBER`, '+18335550100'],
      [`SMS_${at + 1}_REFERENCE`, '0'],
      [`SMS_${at + 1}_TEXT`, text],
    ]),
  ),
});

test('a message of one part reaches the inbox as it is, and nothing of it stays on the disk', async () => {
  const rack = await createRack();
  await rack.open();
  const ended = await rack.run('gammu-receive.mjs', ['IN20260115_120000_00_ACME_00.txt'], one(TEXT));
  expect(ended.status).toBe(0);
  expect(rack.messages).toMatchObject([{ from: 'ACME', to: '+15005550111', body: TEXT, times: [] }]);
  expect(await rack.waiting()).toEqual([]);
  expect(await rack.log()).toMatch(/^\S+ [0-9]+-[0-9a-f]+\.json taken: HTTP 200\n$/);
});

test('the parts of a long message come as one text, put together by SMSD or not', async () => {
  const rack = await createRack();
  await rack.open();
  const parts = several('Your ACME code ', 'is 493021');
  await rack.run('gammu-receive.mjs', ['a', 'b'], {
    ...parts,
    DECODED_PARTS: '1',
    DECODED_1_TEXT: 'Your ACME code is 493021',
  });
  await rack.run('gammu-receive.mjs', ['c', 'd'], { ...parts, DECODED_PARTS: '0' });
  expect(rack.messages.map(({ body }) => body)).toEqual(Array(2).fill('Your ACME code is 493021'));
  expect(new Set(rack.messages.map(({ providerId }) => providerId)).size).toBe(2);
});

test('delivery reports and calls without a message are none of ours', async () => {
  const rack = await createRack();
  await rack.open();
  await rack.run('gammu-receive.mjs', ['x'], { ...one('Delivered'), SMS_1_REFERENCE: '17' });
  await rack.run('gammu-receive.mjs', []);
  expect(rack.messages).toEqual([]);
  expect(await rack.waiting()).toEqual([]);
});

test('SMSD may run the script again for a message: it keeps its id, which does not give the code away', async () => {
  const rack = await createRack();
  await rack.open();
  await rack.run('gammu-receive.mjs', ['IN1'], one('493021'));
  await rack.run('gammu-receive.mjs', ['IN1'], one('493021'));
  await rack.run('gammu-receive.mjs', ['IN2'], one('493021'));
  const ids = rack.messages.map(({ providerId }) => providerId);
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
  expect(ids[0]).toMatch(/^[0-9a-f]{40}$/);
});

test('while the inbox is away a message waits, for its owner alone, and comes by itself later, dated', async () => {
  const rack = await createRack();
  const ended = await rack.run('gammu-receive.mjs', ['IN1'], one(TEXT));
  expect(ended.status).toBe(0);
  expect(await rack.waiting()).toMatchObject([{ mode: '600' }]);
  expect(((await stat(rack.spool)).mode & 0o777).toString(8)).toBe('700');
  expect(await rack.log()).toContain('away: no answer (ECONNREFUSED)');

  const next = rack.next();
  await rack.open();
  const message = await next;
  expect(message).toMatchObject({ body: TEXT, from: 'ACME' });
  expect(message.times.length).toBeLessThanOrEqual(1);
});

test('a message that the store could not keep is sent again with the same id, dated by its arrival', async () => {
  const rack = await createRack();
  await rack.open();
  rack.storeDown = true;
  await rack.run('gammu-receive.mjs', ['IN1'], one('first'));
  expect(await rack.log()).toContain('wait: HTTP 503');
  expect(await rack.waiting()).toHaveLength(1);
  const next = rack.next();
  rack.storeDown = false;
  expect(await next).toMatchObject({ body: 'first' });
});

test('what waits goes out with the next message, oldest first', async () => {
  const rack = await createRack();
  await rack.configure({ numbers: { other: '+15005550111' } });
  await rack.run('gammu-receive.mjs', ['IN1'], one('first'));
  expect(await rack.log()).toContain('no number for the modem rack-1');
  await rack.open();
  await rack.configure({});
  await rack.run('gammu-receive.mjs', ['IN2'], one('second'));
  const bodies = rack.messages.map(({ body }) => body);
  expect(new Set(bodies)).toEqual(new Set(['first', 'second']));
  expect(bodies.indexOf('first')).toBeLessThan(bodies.indexOf('second'));
});

test('a secret that others can read is not used, and the message waits', async () => {
  const rack = await createRack();
  await rack.open();
  await makeReadable(rack);
  await rack.run('gammu-receive.mjs', ['IN1'], one('493021'));
  expect(rack.messages).toEqual([]);
  expect(await rack.waiting()).toHaveLength(1);
  const log = await rack.log();
  expect(log).toContain('others can read it; chmod 600');
  expect(log).not.toMatch(/493021|5550111/);
  expect(log).not.toContain(RACK_SECRET);
});

test('what the inbox can never take is set aside, and holds nothing else up', async () => {
  const rack = await createRack();
  await rack.open();
  const huge = { ...several(...Array.from({ length: 90 }, () => 'x'.repeat(150))), DECODED_PARTS: '0' };
  await rack.run('gammu-receive.mjs', ['IN1'], huge);
  await rack.run('gammu-receive.mjs', ['IN2'], one('493021'));
  expect(rack.messages.map(({ body }) => body)).toEqual(['493021']);
  expect(await rack.waiting()).toEqual([]);
  expect(await rack.log()).toContain('refused: HTTP 400 text:');
});

test('without a spool that can be written, a message is delivered all the same', async () => {
  const rack = await createRack();
  await rack.open();
  await rack.configure({ spool: join(rack.folder, 'secret', 'spool') });
  const ended = await rack.run('gammu-receive.mjs', ['IN1'], one('493021'));
  expect(rack.messages.map(({ body }) => body)).toEqual(['493021']);
  expect(ended.stderr).toContain('cannot keep a message');
});

test('any text that an environment can hold arrives as it was sent', async () => {
  const rack = await createRack();
  await rack.open();
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 160 })
    .filter((one) => !one.includes('\0'));
  for (const sample of fc.sample(text, { numRuns: 6, seed: 7 })) {
    await rack.run('gammu-receive.mjs', [sample.slice(0, 8)], one(sample));
    expect(rack.messages.at(-1)?.body).toBe(sample);
  }
});
