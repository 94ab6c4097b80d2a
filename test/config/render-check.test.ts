import { expect, test } from 'vitest';
import { renderCheck } from '../../src/config/render-check.ts';
import { CONFIG_KINDS } from '../support/config-kinds.ts';
import { CONFIG_TEXT, loadText } from '../support/config-text.ts';

const check = async (text: string) => renderCheck(await loadText(text), 'twofa.yaml', CONFIG_KINDS.factors);

test('a good configuration is described: how much, how dear, how soon', async () => {
  const report = await check(`${CONFIG_TEXT}spend: { currency: USD, perMonth: 200 }\n`);
  expect(report.exitStatus).toBe(0);
  expect(report.text).toBe(`twofa.yaml: ok

probe         target   attempts/day  codes/day  cost/31 days  busy min/day  all codes lost: alarm within
acme-sms      acme              288        288     89.28 USD           288                           18m
acme-totp     acme              288          0      0.00 USD           288                             -
receive-path  control             4          4      1.24 USD             4                             -
total                                      292     90.52 USD

Cap: 200.00 USD a UTC month.

Alarm within: four lost codes, the first up to one interval late, the others as confirmations; a phone rests after
a lost code, so that four phones find an outage soonest.
Busy: how long accounts are in use if each code comes at its deadline.

inbox  kind     phones  a control every
rack   webhook       2               6h
`);
});

test('faults are counted, listed, and leave with status 2', async () => {
  const report = await check(CONFIG_TEXT.replace('phone: us-b', 'phone: us-c'));
  expect(report).toEqual({
    exitStatus: 2,
    text: 'twofa.yaml: 1 fault\ntwofa.yaml:16:55  targets.acme.accounts.sms-2.phone: found "us-c", expected the name of a phone under phones; did you mean "us-a"?\n',
  });
});

test('without probes and without a cap it says so', async () => {
  expect((await check('contact: sre@acme.example')).text).toContain('No probes yet');
  expect((await check(CONFIG_TEXT)).text).toContain('No cap');
});

test('an inbox that no control goes to is named, with what that means', async () => {
  const text = CONFIG_TEXT.slice(0, CONFIG_TEXT.indexOf('controls:'));
  const report = await check(text);
  expect(report.text).toContain('rack   webhook       2                -\n');
  expect(report.text).toContain('No control goes to rack: when messages stop there');
});

test('no control is asked for where mails alone are read: a control is an SMS', async () => {
  const mail = CONFIG_TEXT.replace(
    'inboxes:\n',
    'inboxes:\n  mail: { kind: imap, host: imap.acme.example, user: codes, password: ${P1} }\n',
  ).replace('phones:\n', 'phones:\n  mail-1: { address: codes@acme.example, inbox: mail }\n');
  const { text } = await check(mail);
  expect(text).toContain('mail   imap          1                -\n');
  expect(text).not.toContain('No control goes to');
});

test('a control that takes its phones in turn comes to an inbox by its share of them', async () => {
  const two = CONFIG_TEXT.replace(
    'inboxes:\n',
    'inboxes:\n  other: { kind: webhook, secret: ${RACK} }\n',
  ).replace('"+15005550112", inbox: rack', '"+15005550112", inbox: other');
  const rows = (await check(two)).text.split('\n').filter((line) => line.includes('webhook'));
  expect(rows).toEqual([
    'other  webhook       1              12h',
    'rack   webhook       1              12h',
  ]);
});
