import { expect, test } from 'vitest';
import { createWorld } from '../../src/sim/world.ts';

test('the same seed makes the same world, another seed other secrets', () => {
  expect(createWorld(1)).toEqual(createWorld(1));
  expect(createWorld(1).authToken).not.toBe(createWorld(2).authToken);
  expect(createWorld(1).accounts[0]?.password).not.toBe(createWorld(2).accounts[0]?.password);
});

test('one more account changes no other account', () => {
  const accounts = [{ username: 'first', phone: 'us-a' }];
  const small = createWorld(1, { accounts });
  const large = createWorld(1, { accounts: [{ username: 'zero' }, ...accounts] });
  expect(large.accounts[1]).toEqual(small.accounts[0]);
});

test('ids and secrets have the form that their readers expect', () => {
  const world = createWorld('forms');
  expect(world.accountSid).toMatch(/^AC[0-9a-f]{32}$/);
  expect(world.authToken).toMatch(/^[0-9a-f]{32}$/);
  for (const account of world.accounts) {
    expect(account.totpSecret).toMatch(/^[A-Z2-7]{32}$/);
    expect(new Set(account.backupCodes).size).toBe(10);
  }
});

test('an account with a phone that is not there is refused', () => {
  expect(() => createWorld(1, { accounts: [{ username: 'x', phone: 'nowhere' }] })).toThrow(
    'account x has phone "nowhere", expected one of us-a, us-b, us-c, us-d',
  );
});

test('a carrier may be better or worse than the usual one', () => {
  const { carriers } = createWorld(1, { carriers: { 'carrier-b': { lossShare: 0.5 } } });
  expect(carriers['carrier-b']).toMatchObject({ lossShare: 0.5, sigma: 0.67 });
  expect(carriers['carrier-a']?.lossShare).toBe(0.003);
});
