import { expect, test } from 'vitest';
import { totpFactor } from '../../src/factors/totp.ts';
import type { AccountSecrets } from '../../src/ports/login-flow.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { memoryLedger } from '../support/memory-ledger.ts';

/** The key of RFC 6238's test vectors, "12345678901234567890". */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

const account = (totpSecret: string | null): AccountSecrets => ({
  username: 'totp-1',
  password: 'pass',
  number: null,
  totpSecret,
  backupCodes: [],
  vars: {},
});

function at(epochSeconds: number, secret: string | null = RFC_SECRET, ledger = memoryLedger()) {
  const clock = new FakeClock(epochSeconds * 1000);
  const controller = new AbortController();
  const next = () =>
    totpFactor.next({
      owner: 'acme/totp-1',
      account: account(secret),
      clock,
      signal: controller.signal,
      ledger,
    });
  return { clock, controller, ledger, next };
}

/** RFC 6238, appendix B; the last six of its eight digits. */
test.each([
  [59 - 10, '287082'],
  [1_111_111_109 - 20, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
])('at second %i the code is that of the standard', async (seconds, code) => {
  expect(await at(seconds).next()).toBe(code);
});

test('a secret may be written in groups, in lower case, with padding', async () => {
  const written = 'gezd gnbv-gy3t qojq gezd gnbv gy3t qojq==';
  expect(await at(2_000_000_000, written).next()).toBe('279037');
});

test('a short secret, as many sites still give, works', async () => {
  expect(await at(2_000_000_000, 'JBSWY3DPEHPK3PXP').next()).toMatch(/^[0-9]{6}$/);
});

test('the address behind a QR code brings its own digits, algorithm and period', async () => {
  const sha1 = `otpauth://totp/ACME:bot?secret=${RFC_SECRET}&digits=8`;
  expect(await at(2_000_000_000, sha1).next()).toBe('69279037');
  const secret256 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA';
  const sha256 = `otpauth://totp/ACME:bot?secret=${secret256}&digits=8&algorithm=SHA256&period=30`;
  expect(await at(2_000_000_000, sha256).next()).toBe('90698825');
});

test.each([
  null,
  '',
  'not base32!',
  'otpauth://hotp/a?secret=GEZDGNBVGY3TQOJQ',
  `otpauth://totp/a?secret=${RFC_SECRET}&digits=9`,
  `otpauth://totp/a?secret=${RFC_SECRET}&period=0`,
])('a secret that cannot be read is told without showing it: %#', async (secret) => {
  const failure = await at(2_000_000_000, secret)
    .next()
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ outcome: 'flow_error', message: expect.stringContaining('acme/totp-1') });
  expect(String(failure)).not.toContain(secret || 'never');
});

test('with three seconds left the code is still given', async () => {
  expect(await at(1_234_567_887).next()).toMatch(/^[0-9]{6}$/);
});

test('with less than three seconds left it waits for the next step', async () => {
  const { clock, next } = at(1_234_567_889);
  const code = next();
  await clock.advance(999);
  expect(clock.waiting).toBe(1);
  await clock.advance(1);
  expect(await code).toBe('005924');
});

test('a step is never used twice, not even by another process with the same ledger', async () => {
  const ledger = memoryLedger();
  const first = await at(1_234_567_890, RFC_SECRET, ledger).next();
  const { clock, next } = at(1_234_567_895, RFC_SECRET, ledger);
  const second = next();
  await clock.advance(24_999);
  expect(clock.waiting).toBe(1);
  await clock.advance(1);
  expect(await second).toMatch(/^[0-9]{6}$/);
  expect(await second).not.toBe(first);
  expect([...ledger.held]).toEqual([['totp/acme/totp-1', 1_234_567_920]]);
});

test('the step is in the ledger before the code is out', async () => {
  const ledger = memoryLedger();
  const broken = { ...ledger, advance: () => Promise.reject(new Error('the store is down')) };
  await expect(at(1_234_567_890, RFC_SECRET, broken).next()).rejects.toThrow('the store is down');
});

test('a clock that was set back is told instead of waiting for hours', async () => {
  const ledger = memoryLedger();
  await at(2_000_000_000, RFC_SECRET, ledger).next();
  const { clock, next } = at(1_999_990_000, RFC_SECRET, ledger);
  const failure = next().catch((error: unknown) => error);
  await clock.advance(180_000);
  expect(await failure).toMatchObject({
    outcome: 'flow_error',
    message: expect.stringContaining('set back'),
  });
});

test('the signal ends the wait', async () => {
  const { controller, next } = at(1_234_567_889);
  const code = next();
  const reason = new Error('the attempt must end');
  controller.abort(reason);
  await expect(code).rejects.toBe(reason);
});
