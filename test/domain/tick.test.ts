import { expect, test } from 'vitest';
import { refuseTick, type TickFacts } from '../../src/domain/tick.ts';

const healthy: TickFacts = {
  stopping: false,
  lateMs: 0,
  intervalMs: 300_000,
  paused: false,
  maintenance: false,
  blind: null,
  stock: null,
};

test.each<[string, Partial<TickFacts>]>([
  ['shutdown', { stopping: true }],
  ['missed', { lateMs: 60_001 }],
  ['paused', { paused: true }],
  ['maintenance', { maintenance: true }],
  ['receiver_down', { blind: 'rack' }],
  ['low_backup_codes', { stock: 2 }],
])('a tick is skipped as %s', (skip, facts) => {
  expect(refuseTick({ ...healthy, ...facts })).toMatchObject({ skip });
});

test('a tick goes on when nothing stands against it', () => {
  expect(refuseTick(healthy)).toBeNull();
  expect(refuseTick({ ...healthy, stock: 3 })).toBeNull();
});
