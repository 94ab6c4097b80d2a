import { isMailAddress } from '../domain/units.ts';
import type { FactorKind, Parsed, ParsedProbe, ParsedTarget } from './schema.ts';

type ParsedAccount = ParsedTarget['accounts'][string];

export interface Needs {
  readonly factor: FactorKind;
  readonly phones: Parsed['phones'];
}

/** What the account lacks for the factor, as the key to add; null when it has it all. */
export function lackOf(account: ParsedAccount, factor: FactorKind): string | null {
  if (factor.delivered && account.phone === undefined) return 'phone';
  if (factor.needs === 'totpSecret' && account.totpSecret === undefined) return 'totpSecret';
  if (factor.needs === 'backupCodes' && (account.backupCodes ?? []).length === 0) return 'backupCodes';
  return null;
}

/** Whether what its codes are sent to is what the account has: a phone, or a mailbox. */
export function isReached(account: ParsedAccount, { factor, phones }: Needs): boolean {
  if (!factor.delivered || account.phone === undefined) return true;
  const phone = Object.hasOwn(phones, account.phone) ? phones[account.phone] : undefined;
  return phone === undefined || isMailAddress(phone.number) === (factor.reaches === 'address');
}

/** The accounts that a probe uses: those it names, or all of its target's that have the means for its factor. */
export function accountsOf(probe: ParsedProbe, target: ParsedTarget, needs: Needs): string[] {
  if (probe.accounts) return probe.accounts.filter((name) => Object.hasOwn(target.accounts, name));
  return Object.entries(target.accounts)
    .filter(([, account]) => lackOf(account, needs.factor) === null && isReached(account, needs))
    .map(([name]) => name);
}
