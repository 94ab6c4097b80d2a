import { expect, test } from 'vitest';
import type { Fresh } from '../contracts/store-contract.ts';
import { T } from './builders.ts';

export function stateTests(open: Fresh): void {
  test('entries are read by the beginning of their key, taken literally', async () => {
    const { store } = await open();
    await store.state.write({
      'a_b/1': { deep: [1, 'x', null] },
      'a_b/2': false,
      'axb/1': 1,
      'A_b/1': 2,
      'ü%/1': 3,
    });
    expect(await store.state.read('a_b/')).toEqual({ 'a_b/1': { deep: [1, 'x', null] }, 'a_b/2': false });
    expect(await store.state.read('ü%')).toEqual({ 'ü%/1': 3 });
    expect(Object.keys(await store.state.read(''))).toHaveLength(5);
  });

  test('writing replaces, and null removes', async () => {
    const { store } = await open();
    await store.state.write({ a: 1, b: 1 });
    await store.state.write({ a: { until: T }, b: null, c: null });
    expect(await store.state.read('')).toEqual({ a: { until: T } });
  });

  test('a ledger moves forward only, and for one of many at once', async () => {
    const { store } = await open();
    const same = await Promise.all(Array.from({ length: 20 }, () => store.state.advance('totp/acme/a', 7)));
    expect(same.filter(Boolean)).toHaveLength(1);
    expect(await store.state.advance('totp/acme/a', 6)).toBe(false);
    expect(await store.state.advance('totp/acme/a', 8)).toBe(true);
    expect(await store.state.advance('totp/acme/b', 0)).toBe(true);
  });

  test('an empty store has used nothing', async () => {
    const { store } = await open();
    expect(await store.state.usage(T)).toEqual({
      starts: {},
      spent: 0,
      leases: { account: 0, phone: 0 },
      quarantines: {},
    });
  });
}
