import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { smppInbox } from '../../../src/inboxes/smpp/smpp.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { startFakeSmsc } from '../../support/fake-smsc.ts';
import { SELF_SIGNED } from '../../support/login-servers/self-signed.ts';
import { takeMessages } from '../../support/taken.ts';
import { bindStage, createInbox, deliver, PASSWORD } from './stage.ts';

const forever = () => new AbortController().signal;
const NOBODY = takeMessages().accept;

const failure = (reason: RegExp) => ({
  outcome: 'receiver_down',
  message: expect.stringMatching(reason),
});

test('the bind says who we are and which version we speak, as receiver or as transceiver', async () => {
  const first = await bindStage({ systemType: 'VMA', addressRange: '^1500' });
  expect(first.smsc.requests[0]).toMatchObject({
    command: 'bind_receiver',
    system_id: 'us',
    password: PASSWORD,
    system_type: 'VMA',
    address_range: '^1500',
    interface_version: 0x34,
  });
  const second = await bindStage({ bind: 'transceiver' });
  expect(second.smsc.requests[0]?.command).toBe('bind_transceiver');
});

test.each([
  [0x0d, /ESME_RBINDFAIL, 0x0000000d; check systemId and password/],
  [0x0e, /ESME_RINVPASWD, 0x0000000e; check password/],
  [0x0f, /ESME_RINVSYSID, 0x0000000f; check systemId/],
  [0x05, /ESME_RALYBND, 0x00000005; another session/],
  [0x400, /refused the bind: 0x00000400; ask who runs it/],
])('a bind that is refused with %i says why and shows no password', async (status, reason) => {
  const smsc = await startFakeSmsc();
  smsc.bindStatus = status;
  const opened = createInbox(smsc, new FakeClock()).connect?.(NOBODY, forever());
  const error = await opened?.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject(failure(reason));
  expect(String(error)).not.toContain(PASSWORD);
});

test('an SMSC that takes the connection and says nothing is given up after ten seconds', async () => {
  const smsc = await startFakeSmsc();
  const clock = new FakeClock();
  smsc.silent = true;
  const asked = smsc.next('bind_receiver');
  const opened = createInbox(smsc, clock).connect?.(NOBODY, forever());
  const error = opened?.catch((thrown: unknown) => thrown);
  await asked;
  await clock.advance(10_000);
  expect(await error).toMatchObject(failure(/did not answer within 10 s; check host, port and tls/));
  await expect.poll(() => smsc.open).toBe(0);
  expect(clock.waiting).toBe(0);
});

test('a port where nobody listens is told with its error code', async () => {
  const smsc = { ...(await startFakeSmsc()), port: 1 };
  const opened = createInbox(smsc, new FakeClock()).connect?.(NOBODY, forever());
  await expect(opened).rejects.toMatchObject(failure(/127\.0\.0\.1:1 \(ECONNREFUSED\); check host and port/));
});

test('a server that is no SMSC ends the session, not the process', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const smsc = { ...(await startFakeSmsc()), port: (server.address() as AddressInfo).port };
  const opened = createInbox(smsc, new FakeClock()).connect?.(NOBODY, forever());
  await expect(opened).rejects.toMatchObject(failure(/not SMPP 3\.4/));
});

test('with tls the certificate is checked: one of our own must be named in ca', async () => {
  const trusted = await bindStage({ tls: true, ca: SELF_SIGNED.cert }, { tls: true });
  const next = trusted.taken.next();
  expect(await trusted.session.request('deliver_sm', deliver('code 493021'))).toMatchObject({
    command_status: 0,
  });
  expect((await next).body).toBe('code 493021');
  const doubted = createInbox(trusted.smsc, new FakeClock(), { tls: true }).connect?.(NOBODY, forever());
  await expect(doubted).rejects.toMatchObject(failure(/SELF_SIGNED.*put its certificate into ca/));
});

test('without tls where tls is spoken, and the other way round, it says to check that', async () => {
  const clock = new FakeClock();
  const secured = await startFakeSmsc({ tls: true });
  await expect(createInbox(secured, clock).connect?.(NOBODY, forever())).rejects.toMatchObject(
    failure(/the connection was closed|not SMPP 3\.4/),
  );
  const plain = await startFakeSmsc();
  const opened = createInbox(plain, clock, { tls: true }).connect?.(NOBODY, forever());
  const error = opened?.catch((thrown: unknown) => thrown);
  await expect.poll(() => plain.open).toBe(1);
  await clock.advance(10_000);
  expect(await error).toMatchObject(failure(/check host, port and tls/));
});

test('the link is asked after every 30 s, and one that answers stays', async () => {
  const { smsc, clock } = await bindStage();
  for (let count = 0; count < 3; count += 1) {
    const asked = smsc.next('enquire_link');
    await clock.advance(30_000);
    await asked;
    await expect.poll(() => clock.waiting).toBe(1);
  }
  expect(smsc.requests.filter(({ command }) => command === 'enquire_link')).toHaveLength(3);
});

test('an SMSC that answers enquire_link no more is left after ten seconds', async () => {
  const { smsc, clock, ended } = await bindStage({ enquireLink: '5s' });
  smsc.silent = true;
  const asked = smsc.next('enquire_link');
  await clock.advance(5000);
  await asked;
  await clock.advance(9999);
  expect(smsc.open).toBe(1);
  await clock.advance(1);
  expect(await ended).toMatchObject(failure(/did not answer enquire_link within 10 s/));
  await expect.poll(() => smsc.open).toBe(0);
  expect(clock.waiting).toBe(0);
});

test("the SMSC's own enquire_link is answered, and what we do not know is refused", async () => {
  const { session } = await bindStage();
  expect(await session.request('enquire_link')).toMatchObject({
    command: 'enquire_link_resp',
    command_status: 0,
  });
  expect(await session.request('query_sm', {})).toMatchObject({ command_status: 3 });
});

test('an unbind of the SMSC is answered, and ends the session with that as the reason', async () => {
  const { session, ended } = await bindStage();
  await session.request('unbind');
  expect(await ended).toMatchObject(failure(/the SMSC ended the session \(unbind\)/));
});

/** A deliver_sm whose last field, a TLV of two octets, is missing. */
const CUT_SHORT = Buffer.concat([
  Buffer.from([0, 0, 0, 37, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1]),
  Buffer.alloc(17),
  Buffer.from([0x02, 0x0c, 0, 2]),
]);

test.each([
  ['a length that no PDU has', Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 5])],
  ['a message that is cut short', CUT_SHORT],
])('%s ends the session, not the process', async (_what, octets) => {
  const { session, ended } = await bindStage();
  session.write(octets);
  expect(await ended).toMatchObject(failure(/what came was not SMPP 3\.4/));
});

test('when it is told to end, it says good-bye first', async () => {
  const { smsc, stop, ended } = await bindStage();
  const unbound = smsc.next('unbind');
  stop.abort(new Error('a reload'));
  await unbound;
  expect(await ended).toBeNull();
});

test('a good-bye that is not answered is not waited for longer than two seconds', async () => {
  const { smsc, clock, stop, ended } = await bindStage();
  smsc.silent = true;
  const unbound = smsc.next('unbind');
  stop.abort(new Error('a reload'));
  await unbound;
  await clock.advance(2000);
  expect(await ended).toBeNull();
  await expect.poll(() => smsc.open).toBe(0);
});

test('without tls, check says so, but not for this machine', () => {
  const settings = (host: string, tls: boolean) =>
    smppInbox.schema.parse({ host, tls, systemId: 'us', password: PASSWORD });
  const facts = { hooks: false, publicUrl: null };
  expect(smppInbox.check?.(settings('smsc.example.net', false), facts)).toEqual([
    { notice: expect.stringContaining('without tls') },
  ]);
  expect(smppInbox.check?.(settings('smsc.example.net', true), facts)).toEqual([]);
  expect(smppInbox.check?.(settings('127.0.0.1', false), facts)).toEqual([]);
});
