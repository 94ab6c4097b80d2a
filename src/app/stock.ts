import type { ProbeSpec } from '../engine/probe-spec.ts';
import type { StateBook } from '../ports/store.ts';

/** Codes left, by target/account; empty for factors whose codes never run out. */
export async function stockOf(spec: ProbeSpec, ledger: StateBook): Promise<Record<string, number>> {
  const { factor, accounts, entry } = spec;
  if (factor.delivered || !factor.stock) return {};
  const { stock } = factor;
  const counted = accounts.map(async ({ candidate, secrets }) => {
    const owner = `${entry.target}/${candidate.account}`;
    return [owner, await stock({ owner, account: secrets, ledger })] as const;
  });
  return Object.fromEntries(await Promise.all(counted));
}
