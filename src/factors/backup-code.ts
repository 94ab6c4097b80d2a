import { createHmac } from 'node:crypto';
import { AttemptFailure } from '../domain/failure.ts';
import type { AccountSecrets } from '../ports/login-flow.ts';
import type { FactorContext, OwnFactor } from '../ports/second-factor.ts';

/** Codes from a printed list. Each is marked used before it is given out: a crash may waste one, never repeat one. */
export const backupCodeFactor: OwnFactor = {
  kind: 'backup-code',
  delivered: false,
  needs: 'backupCodes',
  next,
  stock: async ({ owner, account, ledger }) => {
    const used = await ledger.read(`backup/${owner}/`);
    return ledgerKeys(owner, account).filter(({ key }) => !Object.hasOwn(used, key)).length;
  },
};

async function next({ owner, account, ledger }: FactorContext): Promise<string> {
  const entries = ledgerKeys(owner, account);
  for (const { code, key } of entries) {
    if (await ledger.advance(key, 1)) return code;
  }
  const found = entries.length === 0 ? 'has none' : `has used all ${entries.length} of them`;
  const remedy = 'have the target make new ones and put them in its backupCodes';
  throw new AttemptFailure('flow_error', `no backup code left: account ${owner} ${found}; ${remedy}`);
}

/**
 * The ledger holds no code, not even one that a thief could find by trying: the fingerprint is keyed with the password
 * of the account.
 */
function ledgerKeys(owner: string, account: AccountSecrets): { code: string; key: string }[] {
  return [...new Set(account.backupCodes)].map((code) => {
    const fingerprint = createHmac('sha256', account.password).update(code).digest('hex').slice(0, 32);
    return { code, key: `backup/${owner}/${fingerprint}` };
  });
}
