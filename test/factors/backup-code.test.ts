import { expect, test } from 'vitest';
import { backupCodeFactor } from '../../src/factors/backup-code.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { memoryLedger } from '../support/memory-ledger.ts';

function account(backupCodes: readonly string[], ledger = memoryLedger(), password = 'pass-of-b1') {
  const context = {
    owner: 'acme/b-1',
    account: { username: 'b-1', password, number: null, totpSecret: null, backupCodes, vars: {} },
    ledger,
  };
  const next = () =>
    backupCodeFactor.next({ ...context, clock: new FakeClock(), signal: new AbortController().signal });
  return { ledger, next, stock: () => backupCodeFactor.stock?.(context) };
}

test('each code is given once, in the order of the list', async () => {
  const { next } = account(['aaaa-1111', 'bbbb-2222']);
  expect([await next(), await next()]).toEqual(['aaaa-1111', 'bbbb-2222']);
});

test('a code that was used before a restart is passed over', async () => {
  const ledger = memoryLedger();
  await account(['aaaa-1111', 'bbbb-2222'], ledger).next();
  expect(await account(['aaaa-1111', 'bbbb-2222'], ledger).next()).toBe('bbbb-2222');
});

test('two attempts at once get two codes', async () => {
  const { next } = account(['aaaa-1111', 'bbbb-2222', 'cccc-3333']);
  const codes = await Promise.all([next(), next()]);
  expect(new Set(codes).size).toBe(2);
});

test('a code that could not be marked used is not given out', async () => {
  const broken = { ...memoryLedger(), advance: () => Promise.reject(new Error('the store is down')) };
  await expect(account(['aaaa-1111'], broken).next()).rejects.toThrow('the store is down');
});

test('an empty stock is the fault of the monitor, and told with its remedy', async () => {
  const { next } = account(['aaaa-1111']);
  await next();
  const failure = await next().catch((error: unknown) => error);
  expect(failure).toMatchObject({
    outcome: 'flow_error',
    message: expect.stringMatching(/acme\/b-1 has used all 1 of them; have the target make new ones/),
  });
  expect(String(failure)).not.toContain('aaaa');
});

test('the stock counts what is left; a code written twice counts once', async () => {
  const { next, stock } = account(['aaaa-1111', 'bbbb-2222', 'aaaa-1111']);
  expect(await stock()).toBe(2);
  await next();
  expect(await stock()).toBe(1);
  await next();
  expect(await stock()).toBe(0);
});

test('new codes refill the stock, and those of another account do not touch it', async () => {
  const ledger = memoryLedger();
  const old = account(['aaaa-1111'], ledger);
  await old.next();
  await ledger.advance('backup/acme/b-10/x', 1);
  const renewed = account(['dddd-4444', 'eeee-5555'], ledger);
  expect(await renewed.stock()).toBe(2);
  expect(await renewed.next()).toBe('dddd-4444');
});

async function heldAfterUse(password: string): Promise<string> {
  const { next, ledger } = account(['aaaa-1111'], memoryLedger(), password);
  await next();
  return [...ledger.held.keys()].join('');
}

test('what the ledger holds is no code, and differs with the password', async () => {
  const key = await heldAfterUse('one');
  expect(key).toMatch(/^backup\/acme\/b-1\/[0-9a-f]{32}$/);
  expect(await heldAfterUse('another')).not.toBe(key);
});
