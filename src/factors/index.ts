import type { SecondFactor } from '../ports/second-factor.ts';
import { backupCodeFactor } from './backup-code.ts';
import { emailFactor } from './email.ts';
import { smsFactor } from './sms.ts';
import { totpFactor } from './totp.ts';

/** Every kind of second factor there is. A new one is a file of its own and one line here. */
export const FACTORS: readonly SecondFactor[] = [smsFactor, totpFactor, backupCodeFactor, emailFactor];
