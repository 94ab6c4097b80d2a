import { expect, test } from 'vitest';
import { attemptOf, createAppWorld, type AppWorld } from '../support/app-world.ts';
import { relayCarrier, type CarrierMessage } from '../support/carrier-relay.ts';
import { valueOf } from '../support/exposition.ts';
import { startMailServer, type MailServer } from '../support/mail-server.ts';

const [USER, PASSWORD] = ['codes@acme.example', 'pw-of-mail'];
/** Each simulated phone, as an alias of one mailbox. */
const aliasOf = (phone: string) => `codes+${phone}@acme.example`;

/** The clock of these tests is five times as fast as the mail server. */
const PATIENT = { deadline: '30s', expiry: '60s' };

/** The daemon, probing a login whose codes come by mail: what the simulated site sends is made a mail on the way. */
async function createMailWorld(mails: MailServer, patience = PATIENT): Promise<AppWorld> {
  const world = await createAppWorld({
    change: (config) => {
      const { port, ca } = mails;
      config.inboxes['mail'] = { kind: 'imap', host: '127.0.0.1', port, ca, user: USER, password: PASSWORD };
      config.phones = Object.fromEntries(
        Object.keys(config.phones).map((name) => [name, { address: aliasOf(name), inbox: 'mail' }]),
      );
      config.probes['acme-email'] = {
        ...config.probes['acme-sms'],
        factor: 'email',
        sender: 'no-reply@acme.example',
        ...patience,
      };
      delete config.probes['acme-sms'];
    },
  });
  await world.happens((event) => (event.kind === 'inbox_changed' && event.up ? event : null));
  return world;
}

const nameOf = (world: AppWorld, { to }: CarrierMessage): string =>
  world.sim.world.phones.find(({ number }) => number === to)?.name ?? '';

const mailOf = (world: AppWorld, message: CarrierMessage, from = 'no-reply@acme.example'): string =>
  [
    `From: ACME <${from}>`,
    `To: ${aliasOf(nameOf(world, message))}`,
    'Subject: Your sign-in code',
    'MIME-Version: 1.0',
    'Content-Type: text/html; charset=utf-8',
    '',
    `<style>p { color: #123456 }</style><p>Hello,</p><p>${message.text}</p><p>&copy; 2026 ACME, order 8842211</p>`,
    '',
  ].join('\r\n');

test('a code that comes by mail is read, measured and signs in, and the mailbox is told by its own route', async () => {
  const mails = await startMailServer(USER, PASSWORD);
  const world = await createMailWorld(mails);
  await relayCarrier(world, async (message) => mails.append(mailOf(world, message), world.clock.now()));

  const attempt = attemptOf(await world.tick('acme-email'));
  expect(attempt).toMatchObject({
    outcome: 'ok',
    factor: 'email',
    route: 'mail-acme.example',
    code: { result: 'on_time', uncertaintyMs: 0 },
    messages: [{ disposition: 'matched', from: 'n•••@acme.example' }],
  });
  const [send] = world.sim.truth.sends();
  const arrivedMs = (send?.message?.deliveries[0]?.arrivedMs ?? Number.NaN) - (send?.requestedAtMs ?? 0);
  expect(attempt.code?.deliveryMs).toBeGreaterThanOrEqual(arrivedMs);

  const families = await world.metrics();
  expect(valueOf(families, 'twofa_inbox_up', { inbox: 'mail' })).toBe(1);
  const result = { route: 'mail-acme.example', result: 'on_time' };
  expect(valueOf(families, 'twofa_codes_total', { phone: attempt.phone ?? '', ...result })).toBe(1);
  expect(valueOf(families, 'twofa_inbox_messages_total', { inbox: 'mail', disposition: 'matched' })).toBe(1);
  expect(world.logs.join('\n')).not.toMatch(/pw-of-mail|codes\+us/);
});

test('a mail of somebody else is not taken for the code', async () => {
  const mails = await startMailServer(USER, PASSWORD);
  const world = await createMailWorld(mails, { deadline: '4s', expiry: '10s' });
  await relayCarrier(world, async (message) =>
    mails.append(mailOf(world, message, 'no-reply@acme.test'), world.clock.now()),
  );
  expect(attemptOf(await world.tick('acme-email'))).toMatchObject({
    outcome: 'code_unreadable',
    messages: [{ disposition: 'wrong_sender' }],
  });
});

test('a mail that comes while the connection is broken is read by the next one', async () => {
  const mails = await startMailServer(USER, PASSWORD);
  const world = await createMailWorld(mails);
  await relayCarrier(world, async (message) => {
    mails.drop();
    await world.happens((event) => (event.kind === 'inbox_changed' && !event.up ? event : null));
    mails.append(mailOf(world, message), world.clock.now());
  });
  const attempt = attemptOf(await world.tick('acme-email'));
  expect(attempt).toMatchObject({ outcome: 'ok', messages: [{ disposition: 'matched' }] });
  expect(attempt.code?.uncertaintyMs).toBeGreaterThan(0);
});
