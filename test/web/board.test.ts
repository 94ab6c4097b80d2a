import { expect, test } from 'vitest';
import { createBoard } from '../../src/web/board.ts';
import { aCode, anAttempt, aPlan, NOON } from '../support/builders.ts';

test('an attempt is in flight from its start to its end, with its stage and its wait', () => {
  const board = createBoard();
  const plan = aPlan('a1');
  board.observe({ kind: 'attempt_started', plan });
  expect(board.view().inFlight).toEqual([
    { plan, stage: null, stageSince: NOON, requestedAt: null, overdue: false },
  ]);
  board.observe({ kind: 'stage_started', plan, stage: 'login', at: NOON + 1 });
  board.observe({ kind: 'code_requested', plan, at: NOON + 300 });
  board.observe({ kind: 'stage_started', plan, stage: 'delivery', at: NOON + 400 });
  board.observe({ kind: 'code_overdue', plan, at: NOON + 60_300 });
  expect(board.view().inFlight).toEqual([
    { plan, stage: 'delivery', stageSince: NOON + 400, requestedAt: NOON + 300, overdue: true },
  ]);
  board.observe({ kind: 'attempt_finished', attempt: anAttempt(plan) });
  expect(board.view().inFlight).toEqual([]);
});

test('an attempt that was ended without us is no longer in flight, and is not the last of its probe', () => {
  const board = createBoard();
  const plan = aPlan('a1');
  board.observe({ kind: 'attempt_started', plan });
  board.observe({ kind: 'attempt_dropped', attempt: plan, reason: 'its lease was lost' });
  expect(board.view().inFlight).toEqual([]);
  expect(board.view().probes.get('acme-sms')).toBeUndefined();
});

test('of each probe the last attempt, success, delivery and skip are kept', () => {
  const board = createBoard();
  const ok = anAttempt(aPlan('a1'));
  const lost = anAttempt(aPlan('a2', { startedAt: NOON + 300_000 }), {
    outcome: 'lost',
    code: aCode('lost', null),
  });
  board.observe({ kind: 'attempt_finished', attempt: ok });
  board.observe({ kind: 'attempt_finished', attempt: lost });
  board.observe({
    kind: 'tick_skipped',
    probe: 'acme-sms',
    target: 'acme',
    reason: 'quarantine',
    detail: 'us-a rests',
    tickAt: NOON + 1,
  });
  expect(board.view().probes.get('acme-sms')).toEqual({
    last: lost,
    lastSuccessAt: ok.finishedAt,
    lastDeliveryMs: 4000,
    lastSkip: { reason: 'quarantine', detail: 'us-a rests', at: NOON + 1 },
  });
});

/** An attempt so many minutes after noon. */
const later = (id: string, minutes: number, deliveryMs: number) => {
  const startedAt = NOON + minutes * 60_000;
  return anAttempt(aPlan(id, { startedAt }), {
    code: aCode('on_time', deliveryMs, { requestedAt: startedAt }),
  });
};

test('a restart fills in the last attempts, in whatever order they are stored', () => {
  const board = createBoard();
  board.restore([later('new', 9, 900), later('old', 1, 100), later('middle', 5, 500)]);
  const news = board.view().probes.get('acme-sms');
  expect([news?.last?.id, news?.lastDeliveryMs, news?.lastSuccessAt]).toEqual(['new', 900, NOON + 545_000]);
});

test('inboxes and the store are up until they are heard to be down', () => {
  const board = createBoard();
  board.observe({ kind: 'inbox_changed', inbox: 'sim-rack', up: false, reason: '401' });
  board.observe({ kind: 'store_changed', up: false, reason: 'locked' });
  board.observe({
    kind: 'message_settled',
    inbox: 'sim-rack',
    phone: null,
    from: 'X',
    disposition: 'stale',
    at: NOON,
    afterExpiry: null,
  });
  expect(board.view().inboxes.get('sim-rack')).toEqual({
    up: false,
    reason: '401',
    lastMessageAt: NOON,
    errors: {},
  });
  expect(board.view().store).toEqual({ up: false, reason: 'locked' });
  board.observe({ kind: 'inbox_changed', inbox: 'sim-rack', up: true, reason: 'answers again' });
  expect(board.view().inboxes.get('sim-rack')).toEqual({
    up: true,
    reason: '',
    lastMessageAt: NOON,
    errors: {},
  });
});

test('a view is a copy: it does not change under those who read it', () => {
  const board = createBoard();
  const before = board.view();
  board.observe({ kind: 'attempt_started', plan: aPlan('a1') });
  board.observe({ kind: 'attempt_finished', attempt: anAttempt(aPlan('a2')) });
  expect([before.inFlight.length, before.probes.size]).toEqual([0, 0]);
});

test('listeners hear every event until they end their subscription', () => {
  const board = createBoard();
  const heard: string[] = [];
  const end = board.subscribe((event) => heard.push(event.kind));
  board.observe({ kind: 'tick_taken', probe: 'acme-sms', lagMs: 1 });
  board.observe({ kind: 'config_reloaded', ok: true, reason: '', at: NOON });
  end();
  board.observe({ kind: 'tick_taken', probe: 'acme-sms', lagMs: 1 });
  expect(heard).toEqual(['tick_taken', 'config_reloaded']);
});
