import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Pdu } from 'smpp';
import { expect, test } from 'vitest';
import { attemptOf, createAppWorld, type AppWorld } from '../support/app-world.ts';
import { relayCarrier, type CarrierMessage } from '../support/carrier-relay.ts';
import { valueOf } from '../support/exposition.ts';
import { startFakeSmsc, type FakeSmsc } from '../support/fake-smsc.ts';
import { SELF_SIGNED } from '../support/login-servers/self-signed.ts';

/** The daemon, with every phone behind an SMSC that speaks TLS; the simulated carrier hands its messages to that. */
async function createSmppWorld(smsc: FakeSmsc): Promise<AppWorld> {
  return createAppWorld({
    change: (config) => {
      const { port } = smsc;
      const reached = { host: '127.0.0.1', port, tls: true, ca: SELF_SIGNED.cert };
      config.inboxes['smsc'] = { kind: 'smpp', ...reached, systemId: 'us', password: 'pw-of-us' };
      for (const phone of Object.values(config.phones)) phone['inbox'] = 'smsc';
    },
  });
}

const inboxIs = (world: AppWorld, state: 'up' | 'down') =>
  world.happens((event) => (event.kind === 'inbox_changed' && event.up === (state === 'up') ? event : null));

const OK = 0;
const deliverSm = ({ from, to, text }: CarrierMessage) => ({
  source_addr_ton: 5,
  source_addr: from,
  dest_addr_ton: 1,
  destination_addr: to.slice(1),
  data_coding: 8,
  short_message: Buffer.from(text, 'utf16le').swap16(),
});

/** What is on the disk, read beside the daemon. */
function storedIn(world: AppWorld): number {
  const database = new DatabaseSync(join(world.folder, 'twofa.db'), { readOnly: true });
  try {
    return Number(
      database.prepare("select count(*) as found from messages where inbox = 'smsc'").get()?.['found'],
    );
  } finally {
    database.close();
  }
}

test('a code that an SMSC delivers is acknowledged once it is on the disk, measured, and signs in', async () => {
  const smsc = await startFakeSmsc({ tls: true });
  const world = await createSmppWorld(smsc);
  await inboxIs(world, 'up');
  const answers: { pdu: Pdu | null; stored: number }[] = [];
  await relayCarrier(world, async (message) => {
    const session = await smsc.bound();
    const pdu = await session.request('deliver_sm', deliverSm(message));
    answers.push({ pdu, stored: storedIn(world) });
  });

  const attempt = attemptOf(await world.tick('acme-sms'));
  expect(attempt).toMatchObject({
    outcome: 'ok',
    fault: 'none',
    code: { result: 'on_time', uncertaintyMs: 0 },
    messages: [{ disposition: 'matched' }],
  });
  expect(answers).toMatchObject([{ pdu: { command: 'deliver_sm_resp', command_status: OK }, stored: 1 }]);
  const [delivery] = world.sim.truth.sends()[0]?.message?.deliveries ?? [];
  const arrivedMs = (delivery?.arrivedMs ?? Number.NaN) - (world.sim.truth.sends()[0]?.requestedAtMs ?? 0);
  expect(attempt.code?.deliveryMs).toBeGreaterThanOrEqual(arrivedMs);

  const families = await world.metrics();
  const { phone } = attempt;
  expect(valueOf(families, 'twofa_inbox_up', { inbox: 'smsc' })).toBe(1);
  expect(valueOf(families, 'twofa_codes_total', { phone: phone ?? '', result: 'on_time' })).toBe(1);
  const matched = { inbox: 'smsc', disposition: 'matched' };
  expect(valueOf(families, 'twofa_inbox_messages_total', matched)).toBe(1);
});

test('a code that comes while the session is down is delivered by the next one, and measured to then', async () => {
  const smsc = await startFakeSmsc({ tls: true });
  const world = await createSmppWorld(smsc);
  await inboxIs(world, 'up');
  await relayCarrier(world, async (message) => {
    const session = await smsc.bound();
    // The connection breaks with the message unread; an SMSC keeps what was not acknowledged, and sends it again.
    session.drop();
    await session.gone;
    await (await smsc.bound()).request('deliver_sm', deliverSm(message));
  });
  const attempt = attemptOf(await world.tick('acme-sms'));
  expect(attempt).toMatchObject({ outcome: 'ok', messages: [{ disposition: 'matched' }] });
  const changes = world.events.flatMap((event) => (event.kind === 'inbox_changed' ? [event] : []));
  expect(changes.filter(({ inbox }) => inbox === 'smsc').map(({ up }) => up)).toEqual([true, false, true]);
  const families = await world.metrics();
  expect(valueOf(families, 'twofa_inbox_errors_total', { inbox: 'smsc', error: 'session' })).toBe(1);
});

test('while the SMSC refuses the bind no code is asked for, and the reason is on the page', async () => {
  const smsc = await startFakeSmsc({ tls: true });
  smsc.bindStatus = 0x0e;
  const world = await createSmppWorld(smsc);
  await inboxIs(world, 'down');
  expect((await world.tick('acme-sms')).skip).toBe('receiver_down');
  expect(world.sim.truth.sends()).toEqual([]);
  expect(valueOf(await world.metrics(), 'twofa_inbox_up', { inbox: 'smsc' })).toBe(0);
  const page = await (await fetch(world.web)).text();
  expect(page).toContain('ESME_RINVPASWD');
  expect(page).not.toContain('pw-of-us');

  smsc.bindStatus = OK;
  await relayCarrier(world, async (message) =>
    (await smsc.bound()).request('deliver_sm', deliverSm(message)),
  );
  await smsc.bound();
  await inboxIs(world, 'up');
  expect(attemptOf(await world.tick('acme-sms')).outcome).toBe('ok');
});
