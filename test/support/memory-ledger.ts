import type { FactorLedger } from '../../src/ports/second-factor.ts';

/** A ledger that forgets with the test. */
export function memoryLedger(): FactorLedger & { readonly held: Map<string, number> } {
  const held = new Map<string, number>();
  return {
    held,
    async advance(key, value) {
      if (value <= (held.get(key) ?? -Infinity)) return false;
      held.set(key, value);
      return true;
    },
    read: async (prefix) => Object.fromEntries([...held].filter(([key]) => key.startsWith(prefix))),
  };
}
