import { expect, onTestFinished, test } from 'vitest';
import { imapInbox } from '../../../src/inboxes/imap/imap.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { startFakeImap, type FakeImap } from '../../support/fake-imap.ts';
import { takeMessages } from '../../support/taken.ts';
import { createInbox, mailOf } from './stage.ts';

const forever = () => new AbortController().signal;
const failure = (reason: RegExp) => ({ outcome: 'receiver_down', message: expect.stringMatching(reason) });

async function begin(
  options: { settings?: object; before?: (imap: FakeImap, clock: FakeClock) => void } = {},
) {
  const imap = await startFakeImap();
  const clock = new FakeClock();
  options.before?.(imap, clock);
  const inbox = createInbox(imap, clock, options.settings);
  const taken = takeMessages();
  const stop = new AbortController();
  const open = async () => {
    const session = await inbox.connect?.(taken.accept, stop.signal);
    if (!session) throw new Error('the inbox holds no session');
    const ended = session.ended.then(
      () => null,
      (error: unknown) => error,
    );
    await look();
    return { ended };
  };
  const look = async (signal = forever()) => inbox.poll?.fetch(signal);
  const { ended } = await open();
  onTestFinished(async () => {
    stop.abort(new Error('the test is over'));
    await ended;
  });
  return { imap, clock, inbox, taken, look, open, ended };
}

test('what came a quarter of an hour before the start is taken, older mail is not', async () => {
  const { taken } = await begin({
    before: (imap, clock) => {
      imap.append(mailOf('old'), clock.now() - 3_600_000);
      imap.append(mailOf('recent'), clock.now() - 600_000);
    },
  });
  expect(taken.messages.map(({ body }) => body)).toEqual(['Your code\nrecent']);
});

test('mails are read without being marked, and marked as read only where that is wished', async () => {
  const { imap, look, clock } = await begin();
  imap.append(mailOf('one'), clock.now());
  await look();
  expect(imap.commands.some((command) => command.startsWith('EXAMINE'))).toBe(true);
  expect(imap.commands.filter((command) => /STORE|EXPUNGE|BODY\[/.test(command))).toEqual([]);
  const marking = await begin({ settings: { markSeen: true } });
  marking.imap.append(mailOf('one'), marking.clock.now());
  await marking.look();
  expect(marking.imap.commands).toContainEqual(
    expect.stringMatching(/^UID STORE 1 \+FLAGS(\.SILENT)? \(\\Seen\)/),
  );
});

test('a server that does not push is asked, and its mail is dated by its whole second, after the last look', async () => {
  const { imap, look, clock, taken } = await begin({ before: (imap) => (imap.pushes = false) });
  await clock.advance(30_000);
  imap.append(mailOf('polled'), clock.now() - 10_000);
  await look();
  expect(taken.messages).toMatchObject([
    {
      body: 'Your code\npolled',
      arrived: { at: clock.now() - 9000 },
      uncertaintyMs: 21_000,
      times: [{ clock: 'provider', at: clock.now() - 10_000, resolutionMs: 1000 }],
    },
  ]);
});

test('a mail is handed over once, over reconnects too', async () => {
  const { imap, look, open, ended, clock, taken } = await begin();
  imap.append(mailOf('first'), clock.now());
  await look();
  imap.drop();
  expect(await ended).toMatchObject(failure(/connection|closed/));
  imap.append(mailOf('second'), clock.now());
  await open();
  expect(taken.messages.map(({ providerId }) => providerId)).toEqual(['7.1', '7.2']);
});

test('a folder that was made anew is begun anew: its old numbers mean nothing', async () => {
  const { imap, look, open, ended, clock, taken } = await begin();
  imap.append(mailOf('first'), clock.now());
  await look();
  imap.clear();
  imap.uidValidity = 8;
  imap.append(mailOf('second'), clock.now());
  imap.drop();
  await ended;
  await open();
  expect(taken.messages.map(({ providerId }) => providerId)).toEqual(['7.1', '8.1']);
});

test('a look that is not answered ends the session when its time has passed', async () => {
  const { imap, look, ended } = await begin();
  imap.silent = true;
  const limit = new AbortController();
  const asked = look(limit.signal).catch((error: unknown) => error);
  limit.abort(new Error('no answer within 10 s'));
  expect(await asked).toMatchObject(failure(/.{10}/));
  expect(await ended).toMatchObject(failure(/.{10}/));
});

test.each([
  [{ folder: 'Codes' }, /does not open the folder Codes; check folder/],
  [{ password: 'wrong' }, /refused the login; check user and password/],
  [{ port: 1 }, /ECONNREFUSED\); check host and port/],
  [{ encryption: 'starttls' }, /.{10}/],
])('with %j the session does not open, and says what to check', async (settings, reason) => {
  const imap = await startFakeImap();
  const opened = createInbox(imap, new FakeClock(), settings).connect?.(takeMessages().accept, forever());
  const error = await opened?.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject(failure(reason));
  expect(String(error)).not.toContain('pw-of-us');
  await expect.poll(() => imap.open).toBe(0);
});

test('without encryption, check says so, but not for this machine', () => {
  const facts = { hooks: false, publicUrl: null };
  const remarks = (host: string, encryption: string) =>
    imapInbox.check?.(imapInbox.schema.parse({ host, encryption, user: 'a', password: 'b' }), facts);
  expect(remarks('imap.acme.example', 'none')).toEqual([
    { notice: expect.stringContaining('without encryption') },
  ]);
  expect(remarks('imap.acme.example', 'starttls')).toEqual([]);
  expect(remarks('127.0.0.1', 'none')).toEqual([]);
});
