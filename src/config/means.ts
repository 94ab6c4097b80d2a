import type { FactorKind, ParsedProbe, ParsedTarget } from './schema.ts';

type ParsedAccount = ParsedTarget['accounts'][string];

/** What the account lacks for the factor, as the key to add; null when it has it all. */
export function lackOf(account: ParsedAccount, factor: FactorKind): string | null {
  if (factor.delivered && account.phone === undefined) return 'phone';
  if (factor.needs === 'totpSecret' && account.totpSecret === undefined) return 'totpSecret';
  if (factor.needs === 'backupCodes' && (account.backupCodes ?? []).length === 0) return 'backupCodes';
  return null;
}

/** The accounts that a probe uses: those it names, or all of its target's that have the means for its factor. */
export function accountsOf(probe: ParsedProbe, target: ParsedTarget, factor: FactorKind): string[] {
  if (probe.accounts) return probe.accounts.filter((name) => Object.hasOwn(target.accounts, name));
  return Object.entries(target.accounts)
    .filter(([, account]) => lackOf(account, factor) === null)
    .map(([name]) => name);
}
