import twilio from 'twilio';
import { expect, test } from 'vitest';
import { startReceiver, startStage } from './stage.ts';

const FROM = '+15005550006';
const TO = '+12025550111';

test('the real client creates a message, and fetches it as it becomes delivered', async () => {
  const { client, pass } = await startStage();
  const created = await client.messages.create({ to: TO, from: FROM, body: 'Hello, 世界' });
  expect(created.sid).toMatch(/^SM[0-9a-f]{32}$/);
  expect(created).toMatchObject({
    status: 'queued',
    direction: 'outbound-api',
    to: TO,
    from: FROM,
    body: 'Hello, 世界',
    numSegments: '1',
    errorCode: null,
    dateSent: null,
  });
  expect(created.dateCreated).toEqual(new Date('2026-01-15T12:00:00Z'));
  const sent = await client.messages(created.sid).fetch();
  expect(sent).toMatchObject({ sid: created.sid, status: 'sent', dateSent: created.dateCreated });
  await pass(5000);
  expect(await client.messages(created.sid).fetch()).toMatchObject({ status: 'delivered' });
});

test('a message that arrived is listed as inbound, with an id of its own and whole seconds', async () => {
  const { client, pass } = await startStage();
  const created = await client.messages.create({ to: TO, from: FROM, body: 'Hi' });
  await pass(4750);
  const inbound = (await client.messages.list({ to: TO })).find(({ direction }) => direction === 'inbound');
  expect(inbound).toMatchObject({ status: 'received', body: 'Hi', from: FROM });
  expect(inbound?.sid).not.toBe(created.sid);
  expect(inbound?.dateSent).toEqual(new Date('2026-01-15T12:00:04Z'));
});

test('the list is newest first, filtered by number and by time', async () => {
  const { client, clock } = await startStage();
  for (const body of ['one', 'two', 'three']) {
    await client.messages.create({ to: '+12025559999', from: FROM, body });
    await clock.advance(60_000);
  }
  await client.messages.create({ to: '+12025559998', from: FROM, body: 'other' });
  const bodies = async (query: object): Promise<string[]> =>
    (await client.messages.list({ to: '+12025559999', ...query })).map(({ body }) => body);
  expect(await bodies({})).toEqual(['three', 'two', 'one']);
  expect(await bodies({ dateSentAfter: new Date('2026-01-15T12:01:00Z') })).toEqual(['three', 'two']);
  expect(await bodies({ dateSentBefore: new Date('2026-01-15T12:01:00Z') })).toEqual(['two', 'one']);
  expect(await bodies({ dateSentAfter: new Date('2026-01-16T00:00:00Z') })).toEqual([]);
  expect(await bodies({ from: '+1' })).toEqual([]);
});

test('a date alone stands for the whole day', async () => {
  const { client, carrierUrl, sim } = await startStage();
  await client.messages.create({ to: TO, from: FROM, body: 'today' });
  const count = async (query: string): Promise<number> => {
    const answer = await fetch(
      `${carrierUrl}/2010-04-01/Accounts/${sim.world.accountSid}/Messages.json?${query}`,
      { headers: { authorization: `Basic ${btoa(`${sim.world.accountSid}:${sim.world.authToken}`)}` } },
    );
    const { messages } = (await answer.json()) as { messages: unknown[] };
    return messages.length;
  };
  expect(await count('DateSent=2026-01-15')).toBe(1);
  expect(await count('DateSent>=2026-01-15')).toBe(1);
  expect(await count('DateSent<=2026-01-15')).toBe(1);
  expect(await count('DateSent<=2026-01-14')).toBe(0);
  expect(await count('DateSent>=2026-01-16')).toBe(0);
});

test('pages follow one another, and a message that comes in between shifts nothing', async () => {
  const { client } = await startStage();
  const bodies = ['1', '2', '3', '4', '5'];
  for (const body of bodies) await client.messages.create({ to: '+12025559999', from: FROM, body });
  const first = await client.messages.page({ to: '+12025559999', pageSize: 2 });
  await client.messages.create({ to: '+12025559999', from: FROM, body: 'between' });
  const second = await first.nextPage();
  const third = await second?.nextPage();
  expect(first.instances.map(({ body }) => body)).toEqual(['5', '4']);
  expect(second?.instances.map(({ body }) => body)).toEqual(['3', '2']);
  expect(third?.instances.map(({ body }) => body)).toEqual(['1']);
  expect(third?.nextPage()).toBeUndefined();
  const all = await client.messages.list({ to: '+12025559999', pageSize: 2, limit: 4 });
  expect(all.map(({ body }) => body)).toEqual(['between', '5', '4', '3']);
});

test('a wrong token is refused in the shape of Twilio', async () => {
  const { sim, carrierUrl } = await startStage();
  const client = twilio(sim.world.accountSid, 'wrong');
  client.api.baseUrl = carrierUrl;
  await expect(client.messages.list()).rejects.toMatchObject({
    status: 401,
    code: 20003,
    moreInfo: 'https://www.twilio.com/docs/errors/20003',
  });
});

test.each([
  [{ to: 'nobody', from: FROM, body: 'x' }, 400, 21211],
  [{ to: '', from: FROM, body: 'x' }, 400, 21604],
  [{ to: TO, from: FROM, body: '' }, 400, 21602],
  [{ to: TO, body: 'x' }, 400, 21603],
  [{ to: TO, from: 'a name too long', body: 'x' }, 400, 21212],
  [{ to: TO, from: FROM, body: 'x'.repeat(1601) }, 400, 21617],
  [{ to: '+15005550004', from: FROM, body: 'x' }, 400, 21610],
  [{ to: TO, from: '+15005550008', body: 'x' }, 429, 21611],
])('%o is refused with %d and code %d, and nothing is sent', async (message, status, code) => {
  const { client, sim } = await startStage();
  await expect(client.messages.create(message)).rejects.toMatchObject({ status, code });
  expect(sim.truth.messages()).toEqual([]);
});

test('names and messaging services may send', async () => {
  const { client } = await startStage();
  expect((await client.messages.create({ to: TO, from: 'ACME', body: 'x' })).from).toBe('ACME');
  const sid = `MG${'0'.repeat(32)}`;
  expect((await client.messages.create({ to: TO, messagingServiceSid: sid, body: 'x' })).from).toBe(FROM);
});

test('what is not there is 20404', async () => {
  const { client } = await startStage();
  const missing = client.messages(`SM${'0'.repeat(32)}`).fetch();
  await expect(missing).rejects.toMatchObject({ status: 404, code: 20404 });
  await expect(client.calls.list()).rejects.toMatchObject({ status: 404, code: 20404 });
});

test('a page size or a date that cannot be read is 20001', async () => {
  const { client } = await startStage();
  for (const query of [{ pageSize: 0 }, { dateSentAfter: new Date(Number.NaN) }]) {
    await expect(client.messages.page(query)).rejects.toMatchObject({ status: 400, code: 20001 });
  }
});

test('while the API limits its callers, the code is 20429 and Retry-After is given', async () => {
  const { client, sim } = await startStage();
  sim.scenarios.set('rate-limit carrier');
  await expect(client.messages.list()).rejects.toMatchObject({ status: 429, code: 20429 });
  sim.scenarios.set('healthy');
  expect(await client.messages.list()).toEqual([]);
});

test('a redacted phone has its message listed with error 30038 and no text, and pushes nothing', async () => {
  const phones = [{ name: 'us-a', number: TO, carrier: 'carrier-a', redacted: true }];
  const { client, sim, pass } = await startStage({ phones, accounts: [] });
  const { url, received } = await startReceiver();
  sim.connect('us-a', { manner: 'twilio', smsUrl: url });
  await client.messages.create({ to: TO, from: FROM, body: '123456' });
  await pass(10_000);
  const listed = (await client.messages.list({ to: TO })).find(({ direction }) => direction === 'inbound');
  expect(listed).toMatchObject({ errorCode: 30038, body: '', status: 'failed' });
  expect(received).toEqual([]);
});

test('a number that nobody has is reported as undelivered', async () => {
  const { client, sim } = await startStage();
  const { sid } = await client.messages.create({ to: '+12025559999', from: FROM, body: 'x' });
  expect(await client.messages(sid).fetch()).toMatchObject({ status: 'undelivered', errorCode: 30003 });
  expect(sim.truth.messages()[0]?.deliveries[0]?.lost).toBe('no_such_phone');
});
