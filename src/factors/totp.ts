import { AttemptFailure } from '../domain/failure.ts';
import { SECOND } from '../domain/units.ts';
import type { FactorContext, OwnFactor } from '../ports/second-factor.ts';
import { readTotpKey, type TotpKey } from './totp-key.ts';

/** A code with less left to live than this may be too old when the target looks at it. */
const LEAST_LEFT_MS = 3 * SECOND;

/** Two waits can be needed, and timers may fire a little early; after more, the clock must have been set back. */
const MAX_WAITS = 4;

/** RFC 6238, as authenticator apps do it. No step is used twice: section 5.2 has servers refuse the second use. */
export const totpFactor: OwnFactor = { kind: 'totp', delivered: false, needs: 'totpSecret', next };

async function next({ owner, account, clock, signal, ledger }: FactorContext): Promise<string> {
  const key = readTotpKey(account.totpSecret ?? '');
  if (!key) {
    const expected = 'expected base32 (A-Z, 2-7) or an otpauth://totp/ address';
    throw new AttemptFailure('flow_error', `the totpSecret of ${owner} cannot be read: ${expected}`);
  }
  const periodMs = key.periodSeconds * SECOND;
  for (let waits = 0; waits <= MAX_WAITS; waits += 1) {
    const nowMs = clock.now();
    const stepMs = nowMs - (nowMs % periodMs);
    const leftMs = stepMs + periodMs - nowMs;
    const isUsable = leftMs >= LEAST_LEFT_MS && (await ledger.advance(`totp/${owner}`, stepMs / SECOND));
    if (isUsable) return makeCode(key, stepMs / SECOND);
    await clock.sleep(leftMs, signal);
  }
  const found = `a later code of ${owner} was already used`;
  throw new AttemptFailure(
    'flow_error',
    `${found}: this host's clock was set back, or the account is shared`,
  );
}

/** 80-bit secrets are common although RFC 4226 asks for 128: the target chose it, we only follow. */
async function makeCode(key: TotpKey, epochSeconds: number): Promise<string> {
  const { createGuardrails, generate } = await import('otplib');
  return generate({
    secret: key.secret,
    algorithm: key.algorithm,
    digits: key.digits,
    period: key.periodSeconds,
    epoch: epochSeconds,
    guardrails: createGuardrails({ MIN_SECRET_BYTES: 1 }),
  });
}
