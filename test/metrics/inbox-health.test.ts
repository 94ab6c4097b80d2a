import { expect, test } from 'vitest';
import { INBOX_ERRORS } from '../../src/ports/inbox.ts';
import { anInventory, aProbe, NOON } from '../support/builders.ts';
import { valueOf } from '../support/exposition.ts';
import { createStand, someGauges } from './stand.ts';

test('what goes wrong at an inbox is counted by what it is, from 0 on', async () => {
  const { metrics, read } = createStand();
  const before = await read();
  for (const error of INBOX_ERRORS) {
    expect(valueOf(before, 'twofa_inbox_errors_total', { inbox: 'sim-rack', error })).toBe(0);
  }
  for (const error of ['signature', 'signature', 'poll'] as const) {
    metrics.observe({ kind: 'inbox_failed', inbox: 'sim-rack', error });
  }
  const after = await read();
  expect(valueOf(after, 'twofa_inbox_errors_total', { inbox: 'sim-rack', error: 'signature' })).toBe(2);
  expect(valueOf(after, 'twofa_inbox_errors_total', { inbox: 'sim-rack', error: 'poll' })).toBe(1);
  expect(valueOf(after, 'twofa_inbox_errors_total', { inbox: 'sim-rack', error: 'session' })).toBe(0);
});

test('the last message of an inbox stands beside how often a control should come there', async () => {
  const phones = anInventory().phones.filter(({ inbox }) => inbox === 'sim-rack');
  const elsewhere = anInventory().phones.filter(({ inbox }) => inbox !== 'sim-rack');
  const names = [...phones, ...elsewhere].map(({ name }) => name);
  const control = aProbe('receive-path', {
    target: 'control',
    flow: 'control',
    phones: names,
    accounts: names,
    intervalMs: 3_600_000,
  });
  const inventory = anInventory({ probes: [control] });
  const gauges = async () => someGauges({ lastMessages: { 'sim-rack': NOON - 5000, nowhere: NOON } });
  const { read } = createStand({ inventory, gauges });
  const families = await read();
  const last = 'twofa_inbox_last_message_timestamp_seconds';
  expect(valueOf(families, last, { inbox: 'sim-rack' })).toBe((NOON - 5000) / 1000);
  expect(families.get(last)?.samples).toHaveLength(1);
  const share = phones.length / names.length;
  const every = valueOf(families, 'twofa_inbox_control_interval_seconds', { inbox: 'sim-rack' });
  expect(every).toBeCloseTo(3600 / share, 6);
});

test('an inbox that no control goes to has no interval', async () => {
  const families = await createStand({ inventory: anInventory({ probes: [aProbe('acme-sms')] }) }).read();
  expect(families.get('twofa_inbox_control_interval_seconds')?.samples ?? []).toEqual([]);
});

test('receipts are counted by truth, from 0 on where an inbox takes them', async () => {
  const without = await createStand().read();
  expect(without.get('twofa_receipts_total')?.samples ?? []).toEqual([]);
  const inboxes = [
    ...anInventory().inboxes,
    { name: 'sent', kind: 'twilio-receipts', resolutionMs: 0, receiptsOnly: true } as const,
  ];
  const { metrics, read } = createStand({ inventory: anInventory({ inboxes }) });
  const labels = { probe: 'acme-sms', target: 'acme', route: 'US-carrier-a' };
  const judged = { kind: 'receipt_judged', attempt: 'a1', phone: 'us-a', ...labels } as const;
  metrics.observe({ ...judged, truth: 'delivered_never_seen' });
  metrics.observe({ ...judged, route: 'elsewhere', truth: 'delivered_never_seen' });
  const families = await read();
  const count = (truth: string) => valueOf(families, 'twofa_receipts_total', { ...labels, truth });
  expect([count('delivered_never_seen'), count('delivered_seen'), count('failed_seen')]).toEqual([1, 0, 0]);
});
