import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRack, SCRIPTS } from '../support/modem-rack.ts';

/** A received message as smsd 3.1.21 writes it. */
const file = (headers: Record<string, string>, body: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(
      Object.entries({
        From: '18335550100',
        From_TOA: '91 international, ISDN/telephone',
        From_SMSC: '15005550000',
        Sent: '26-01-15 12:00:01',
        Received: '26-01-15 12:00:03',
        Subject: 'GSM1',
        Modem: 'GSM1',
        ...headers,
      })
        .map(([name, value]) => `${name}: ${value}\n`)
        .join(''),
    ),
    Buffer.from('\n'),
    body,
  ]);

const ucs2 = (text: string) => Buffer.from(text, 'utf16le').swap16();

test.each([
  [
    'in its default, ISO 8859-15',
    { Alphabet: 'ISO' },
    Buffer.from('Code 493021 \xA4\n\nend', 'latin1'),
    'Code 493021 €\n\nend',
  ],
  ['in UTF-8', { Alphabet: 'UTF-8' }, Buffer.from('Kód 493021 ☎️'), 'Kód 493021 ☎️'],
  ['in UCS-2', { Alphabet: 'UCS2' }, ucs2('代码 493021 — ž'), '代码 493021 — ž'],
  ['that is binary', { Alphabet: 'binary' }, Buffer.from([0, 1, 2]), ''],
])('a text %s arrives as it was sent', async (_what, headers, body, text) => {
  const rack = await createRack();
  await rack.open();
  const path = join(rack.folder, 'GSM1.aBc123');
  await writeFile(path, file(headers, body));
  expect((await rack.run('smstools-receive.mjs', ['RECEIVED', path])).status).toBe(0);
  expect(rack.messages).toMatchObject([{ to: '+15005550112', from: '+18335550100', body: text }]);
});

test.each([
  [{ From: 'ACME', From_TOA: 'D0 alphanumeric, unknown' }, 'ACME'],
  [{ From: '72975', From_TOA: 'A1 national, ISDN/telephone' }, '72975'],
  [{ From: '02079460000', From_TOA: 'A1 national, ISDN/telephone' }, '02079460000'],
])('the sender %o stays %s', async (headers, from) => {
  const rack = await createRack();
  await rack.open();
  const path = join(rack.folder, 'GSM1.x');
  await writeFile(path, file(headers, Buffer.from('493021')));
  await rack.run('smstools-receive.mjs', ['RECEIVED', path]);
  expect(rack.messages).toMatchObject([{ from }]);
});

test('other events are none of ours', async () => {
  const rack = await createRack();
  await rack.open();
  const path = join(rack.folder, 'GSM1.x');
  await writeFile(path, file({}, Buffer.from('493021')));
  for (const event of ['SENT', 'FAILED', 'REPORT', 'CALL']) {
    await rack.run('smstools-receive.mjs', [event, path]);
  }
  expect(rack.messages).toEqual([]);
});

test('the same file has the same id; it stays, or goes once it is delivered, as configured', async () => {
  const rack = await createRack();
  await rack.open();
  const path = join(rack.folder, 'GSM1.x');
  await writeFile(path, file({}, Buffer.from('493021')));
  await rack.run('smstools-receive.mjs', ['RECEIVED', path]);
  await rack.configure({ removeReceived: true });
  await rack.run('smstools-receive.mjs', ['RECEIVED', path]);
  expect(rack.messages[1]?.providerId).toBe(rack.messages[0]?.providerId);
  await expect(access(path)).rejects.toThrow('ENOENT');
});

test('the shipped example of the settings is one that the scripts take', async () => {
  const rack = await createRack();
  const example = JSON.parse(await readFile(join(SCRIPTS, 'modems.example.json'), 'utf8')) as {
    secretFile: string;
  };
  const spool = join(rack.folder, 'spool');
  await rack.configure({ ...example, spool });
  // Nothing waits, so that nothing is contacted: only settings and secret are read.
  const ended = await rack.run('deliver.mjs', []);
  expect(ended.stderr).toContain(`ENOENT: no such file or directory, stat '${example.secretFile}'`);
});
