import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRack, SCRIPTS } from '../support/modem-rack.ts';
import { startSmstools } from '../support/smstools.ts';
import { until } from '../support/until.ts';

const PATIENCE_MS = 60_000;

test.each([
  ['in ISO 8859-15, as is its default', false],
  ['in UTF-8', true],
])('what smsd of smstools receives reaches the inbox: texts %s, and in UCS-2', async (_how, incomingUtf8) => {
  const rack = await createRack();
  await rack.open();
  await rack.configure({ removeReceived: true });
  const { modem, incoming } = await startSmstools(rack.folder, {
    eventhandler: join(SCRIPTS, 'smstools-receive.mjs'),
    incomingUtf8,
    env: { TWOFA_MODEMS: join(rack.folder, 'modems.json') },
  });
  modem.receive({ from: 'ACME', text: 'Your code is 493021', alphabet: 'gsm' });
  modem.receive({ from: '+18335550100', text: 'Kód 493022 — 代码 ☎', alphabet: 'ucs2' });
  const long = { from: '+18335550100', alphabet: 'ucs2' } as const;
  modem.receive({ ...long, text: 'in two parts 493', part: { reference: 9, number: 1, total: 2 } });
  modem.receive({ ...long, text: '023 — that is all', part: { reference: 9, number: 2, total: 2 } });
  await until(
    async () => (rack.messages.length >= 3 && modem.kept === 0 ? true : null),
    AbortSignal.timeout(PATIENCE_MS),
  );
  const to = '+15005550112';
  expect(rack.messages).toMatchObject([
    { to, from: 'ACME', body: 'Your code is 493021' },
    { to, from: '+18335550100', body: 'Kód 493022 — 代码 ☎' },
    { to, from: '+18335550100', body: 'in two parts 493023 — that is all' },
  ]);
  // None of the codes stays on the disk.
  await until(
    async () => ((await readdir(incoming)).length === 0 ? true : null),
    AbortSignal.timeout(PATIENCE_MS),
  );
  expect(await rack.waiting()).toEqual([]);
});
