import { verifySync } from 'otplib';
import { MINUTE, SECOND } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import { digits, randomStream } from './random.ts';
import type { TrueSend, TrueVerify } from './truth.ts';
import type { SimAccount } from './world.ts';

/** What became of a code, and which factor took it. */
export type CodeCheck = Pick<TrueVerify, 'result' | 'factor' | 'send'>;

/** The codes of one account: those that were sent, the authenticator app's and the backup codes. */
export interface SecondFactors {
  /** A new code to send; the ones before it are no longer taken. */
  issue(): string;
  /** Ties the newest code to the account of what was sent. */
  sent(send: TrueSend): void;
  check(code: string): CodeCheck;
}

const SENT_CODE_LIVES_MS = 5 * MINUTE;
/** As RFC 6238 section 5.2 recommends: one step back for a slow user. */
const TOTP_SLACK_S = 30;
/** Codes remembered so that a refusal can say why. */
const REMEMBERED = 50;

interface SentCode {
  readonly code: string;
  readonly expiresAtMs: number;
  used: boolean;
  send: TrueSend | null;
}

export function createSecondFactors(account: SimAccount, clock: Clock, seed: string | number): SecondFactors {
  const random = randomStream(seed, 'code', account.username);
  const sentCodes: SentCode[] = [];
  const backupCodes = new Map(account.backupCodes.map((code) => [normalise(code), { used: false }]));
  let lastStep = -1;

  const checkSent = (code: string): CodeCheck | null => {
    const found = sentCodes.findLast((sent) => sent.code === code);
    if (!found) return null;
    const known = { factor: 'sms', send: found.send } as const;
    if (found.used) return { ...known, result: 'used' };
    if (found !== sentCodes.at(-1)) return { ...known, result: 'superseded' };
    if (clock.monotonicMs() > found.expiresAtMs) return { ...known, result: 'expired' };
    found.used = true;
    return { ...known, result: 'accepted' };
  };
  const checkTotp = (code: string): CodeCheck | null => {
    if (!/^[0-9]{6}$/.test(code)) return null;
    const secret = account.totpSecret;
    const epoch = Math.floor(clock.now() / SECOND);
    const verified = verifySync({ secret, token: code, epoch, epochTolerance: [TOTP_SLACK_S, 0] });
    if (!verified.valid || !('timeStep' in verified)) return null;
    const result = verified.timeStep > lastStep ? 'accepted' : 'used';
    lastStep = Math.max(lastStep, verified.timeStep);
    return { result, factor: 'totp', send: null };
  };
  const checkBackup = (code: string): CodeCheck | null => {
    const found = backupCodes.get(normalise(code));
    if (!found) return null;
    const result = found.used ? 'used' : 'accepted';
    found.used = true;
    return { result, factor: 'backup-code', send: null };
  };
  return {
    issue() {
      const code = digits(random, 6);
      const expiresAtMs = clock.monotonicMs() + SENT_CODE_LIVES_MS;
      sentCodes.push({ code, expiresAtMs, used: false, send: null });
      if (sentCodes.length > REMEMBERED) sentCodes.shift();
      return code;
    },
    sent(send) {
      const newest = sentCodes.at(-1);
      if (newest) newest.send = send;
    },
    check: (code) =>
      checkSent(code) ??
      checkTotp(code) ??
      checkBackup(code) ?? { result: 'wrong', factor: null, send: null },
  };
}

const normalise = (code: string): string => code.replace(/[^0-9A-Za-z]/g, '');
