import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bindStage, deliver, part, type Stage } from './stage.ts';

const OK = 0x00;
const TRY_AGAIN = 0x64;
const NEVER_AGAIN = 0x66;

/** The status that a deliver_sm is answered with; null when the session ended first. */
const send = async (stage: Pick<Stage, 'session'>, fields: object): Promise<number | null> =>
  (await stage.session.request('deliver_sm', { ...fields }))?.command_status ?? null;

test('a message is acknowledged only once it is durable', async () => {
  const stage = await bindStage();
  const stored = Promise.withResolvers<void>();
  const order: string[] = [];
  const { inbox, smsc, stop } = stage;
  await stage.session.request('unbind');
  await stage.ended;
  await inbox.connect?.(async () => {
    await stored.promise;
    order.push('durable');
  }, stop.signal);
  const answered = send({ session: await smsc.bound() }, deliver('code 493021')).then((status) => {
    order.push('acknowledged');
    return status;
  });
  stored.resolve();
  expect(await answered).toBe(OK);
  expect(order).toEqual(['durable', 'acknowledged']);
});

test('a message that cannot be stored is refused for a while, and keeps its first arrival', async () => {
  const stage = await bindStage();
  stage.taken.down = true;
  expect(await send(stage, deliver('code 493021'))).toBe(TRY_AGAIN);
  await stage.clock.advance(60_000);
  stage.taken.down = false;
  expect(await send(stage, deliver('code 493021'))).toBe(OK);
  expect(stage.taken.messages).toMatchObject([{ arrived: { monotonicMs: 1000 } }]);
});

test('what looks the same half an hour later is another message', async () => {
  const stage = await bindStage({ enquireLink: '10m' });
  stage.taken.down = true;
  const first = stage.taken.next();
  await send(stage, deliver('code 493021'));
  stage.taken.down = false;
  for (let quarter = 0; quarter < 3; quarter += 1) {
    const asked = stage.smsc.next('enquire_link');
    await stage.clock.advance(600_000);
    await asked;
    await expect.poll(() => stage.clock.waiting).toBe(1);
  }
  await send(stage, deliver('code 493021'));
  expect(stage.taken.messages[0]?.providerId).not.toBe((await first).providerId);
});

test('a receipt is acknowledged and handed to nobody, marked or not', async () => {
  const stage = await bindStage();
  const text =
    'id:1 sub:001 dlvrd:001 submit date:2601151200 done date:2601151200 stat:DELIVRD err:000 text:493021';
  expect(await send(stage, deliver(text, { esm_class: 0x04 }))).toBe(OK);
  expect(await send(stage, deliver('', { esm_class: 0x20 }))).toBe(OK);
  expect(await send(stage, deliver(text))).toBe(OK);
  expect(await send(stage, deliver('x', { receipted_message_id: '1', message_state: 2 }))).toBe(OK);
  expect(stage.taken.messages).toEqual([]);
});

test('a data_sm is taken as well, with its text in message_payload', async () => {
  const stage = await bindStage();
  const { short_message: octets, ...fields } = deliver('code 493021');
  const answer = await stage.session.request('data_sm', { ...fields, message_payload: octets });
  expect(answer).toMatchObject({ command: 'data_sm_resp', command_status: OK });
  expect(stage.taken.messages).toMatchObject([{ body: 'code 493021' }]);
});

test.each([
  [{ destination_addr: '15005550111', dest_addr_ton: 1 }, '+15005550111'],
  [{ destination_addr: '+15005550111', dest_addr_ton: 0 }, '+15005550111'],
  [{ destination_addr: '0015005550111', dest_addr_ton: 0 }, '+15005550111'],
  [{ destination_addr: '15005550111', dest_addr_ton: 0 }, '+15005550111'],
  [{ destination_addr: '5005550112', dest_addr_ton: 2 }, '+15005550112'],
  [{ destination_addr: '05005550112', dest_addr_ton: 0 }, '+15005550112'],
  [{ destination_addr: '447700900123', dest_addr_ton: 0 }, '+447700900123'],
])('the destination %j is the phone %s', async (address, to) => {
  const stage = await bindStage();
  expect(await send(stage, deliver('hi', address))).toBe(OK);
  expect(stage.taken.messages[0]?.to).toBe(to);
});

test.each(['', '72975', 'ACME', '555011'])(
  'a message to %j, which is nobody, is refused for good',
  async (destination) => {
    const stage = await bindStage();
    expect(await send(stage, deliver('hi', { destination_addr: destination, dest_addr_ton: 0 }))).toBe(0x0b);
    expect(stage.taken.messages).toEqual([]);
  },
);

test('senders come as they are written, international numbers with their plus, none at all as unknown', async () => {
  const stage = await bindStage();
  for (const sender of [
    { source_addr: '18335550100', source_addr_ton: 1 },
    { source_addr: '72975', source_addr_ton: 3 },
    { source_addr: 'ACME Ltd', source_addr_ton: 5 },
    { source_addr: '', source_addr_ton: 0 },
  ]) {
    await send(stage, deliver('hi', sender));
  }
  expect(stage.taken.messages.map(({ from }) => from)).toEqual([
    '+18335550100',
    '72975',
    'ACME Ltd',
    'unknown',
  ]);
});

test('parts that come at once, in any order, are one message, and all are acknowledged when it is durable', async () => {
  const stage = await bindStage();
  const parts = [part(3, 3, '021'), part(1, 3, 'Your code '), part(2, 3, 'is 493')];
  expect(await Promise.all(parts.map((one) => send(stage, one)))).toEqual([OK, OK, OK]);
  expect(stage.taken.messages.map(({ body }) => body)).toEqual(['Your code is 493021']);
});

test('parts may be told by 16-bit references and by TLVs too', async () => {
  const stage = await bindStage();
  const wide = (number: number, text: string) =>
    deliver(Buffer.concat([Buffer.from([6, 8, 4, 1, 2, 2, number]), Buffer.from(text)]), { esm_class: 0x40 });
  await Promise.all([send(stage, wide(1, 'a')), send(stage, wide(2, 'b'))]);
  const segment = (number: number, text: string) =>
    deliver(text, { sar_msg_ref_num: 9, sar_total_segments: 2, sar_segment_seqnum: number });
  await Promise.all([send(stage, segment(2, 'd')), send(stage, segment(1, 'c'))]);
  expect(stage.taken.messages.map(({ body }) => body)).toEqual(['ab', 'cd']);
});

test('an SMSC that sends one message at a time gets its first part refused for a while, then known', async () => {
  const stage = await bindStage();
  const first = send(stage, part(1, 2, 'Your code '));
  await expect.poll(() => stage.clock.waiting).toBe(2);
  await stage.clock.advance(1000);
  expect(await first).toBe(TRY_AGAIN);
  expect(await send(stage, part(2, 2, 'is 493021'))).toBe(OK);
  expect(stage.taken.messages).toMatchObject([
    { body: 'Your code is 493021', arrived: { monotonicMs: 2000 } },
  ]);
  expect(await send(stage, part(1, 2, 'Your code '))).toBe(OK);
  expect(stage.taken.messages).toHaveLength(1);
});

test('parts that wait when the session ends were not acknowledged, and the message comes with the next', async () => {
  const stage = await bindStage();
  const first = send(stage, part(1, 2, 'Your code '));
  await expect.poll(() => stage.clock.waiting).toBe(2);
  stage.session.drop();
  expect(await first).toBeNull();
  await stage.ended;
  const session = await stage.rebind();
  expect(
    await Promise.all([part(1, 2, 'Your code '), part(2, 2, 'is 1')].map((one) => send({ session }, one))),
  ).toEqual([OK, OK]);
  expect(stage.taken.messages.map(({ body }) => body)).toEqual(['Your code is 1']);
});

test('a message whose acknowledgement got lost with the connection is known when it comes again, once', async () => {
  const stage = await bindStage();
  expect(await send(stage, deliver('code 493021'))).toBe(OK);
  stage.session.drop();
  await stage.ended;
  const session = await stage.rebind();
  expect(await send({ session }, deliver('code 493021'))).toBe(OK);
  expect(stage.taken.messages).toHaveLength(1);
  expect(await send({ session }, deliver('code 493021'))).toBe(OK);
  expect(stage.taken.messages).toHaveLength(2);
});

test('an acknowledgement that the SMSC has read cannot have been lost: the same text is a new message', async () => {
  const stage = await bindStage();
  await send(stage, deliver('code 493021'));
  const asked = stage.smsc.next('enquire_link');
  await stage.clock.advance(30_000);
  await asked;
  await expect.poll(() => stage.clock.waiting).toBe(1);
  stage.session.drop();
  await stage.ended;
  const session = await stage.rebind();
  await send({ session }, deliver('code 493021'));
  expect(new Set(stage.taken.messages.map(({ providerId }) => providerId)).size).toBe(2);
});

test('a reference that is used again for another text begins another message', async () => {
  const stage = await bindStage();
  const lone = send(stage, part(1, 2, 'old '));
  await expect.poll(() => stage.clock.waiting).toBe(2);
  await stage.clock.advance(1000);
  expect(await lone).toBe(TRY_AGAIN);
  await Promise.all([send(stage, part(1, 2, 'new ')), send(stage, part(2, 2, 'text'))]);
  expect(stage.taken.messages.map(({ body }) => body)).toEqual(['new text']);
});

test('a part whose other part never comes is refused for good after ten minutes', async () => {
  const stage = await bindStage({ enquireLink: '10m' });
  const status: (number | null)[] = [];
  for (const waitMs of [0, 599_000]) {
    await stage.clock.advance(waitMs);
    const lone = send(stage, part(1, 2, 'Your code '));
    await expect.poll(() => stage.clock.waiting).toBeGreaterThanOrEqual(2);
    await stage.clock.advance(1000);
    status.push(await lone);
  }
  expect(status).toEqual([TRY_AGAIN, NEVER_AGAIN]);
  expect(stage.taken.messages).toEqual([]);
});

test('a header that is longer than its message is refused for good', async () => {
  const stage = await bindStage();
  expect(await send(stage, deliver(Buffer.from([200, 0, 3]), { esm_class: 0x40 }))).toBe(NEVER_AGAIN);
});

test('messages of hostile octets never end the session, and what is handed over is well formed', async () => {
  const stage = await bindStage();
  const octet = fc.nat(255);
  const message = fc.record({
    short_message: fc.uint8Array({ maxLength: 200 }).map((octets) => Buffer.from(octets)),
    data_coding: octet,
    esm_class: fc.oneof(octet, fc.constant(0x40)),
    source_addr: fc.string({ maxLength: 20 }),
    source_addr_ton: octet,
    destination_addr: fc.oneof(fc.string({ maxLength: 20 }), fc.constant('15005550111')),
    dest_addr_ton: octet,
  });
  await fc.assert(
    fc.asyncProperty(message, async (fields) => {
      const answered = send(stage, fields);
      // Parts are held for a moment.
      await stage.clock.advance(1000);
      expect([OK, TRY_AGAIN, NEVER_AGAIN, 0x0b]).toContain(await answered);
      const taken = stage.taken.messages.splice(0);
      for (const { body, to, from } of taken) {
        expect(body.isWellFormed() && from.isWellFormed()).toBe(true);
        expect(to).toMatch(/^\+[1-9][0-9]{5,14}$/);
      }
    }),
    { numRuns: 200 },
  );
});
