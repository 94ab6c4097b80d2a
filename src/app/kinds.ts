import { FACTORS } from '../factors/index.ts';
import { FLOWS } from '../flows/index.ts';
import { INBOXES } from '../inboxes/index.ts';
import { SENDERS } from '../senders/index.ts';

/** Every kind that a configuration can name. */
export const KINDS = { inboxes: INBOXES, senders: SENDERS, flows: FLOWS, factors: FACTORS };
export type Kinds = typeof KINDS;

/** The entry of that name. The configuration was checked against the same array, so it is there. */
export function kindNamed<Entry extends { readonly kind: string }>(
  kinds: readonly Entry[],
  kind: string,
): Entry {
  const found = kinds.find((entry) => entry.kind === kind);
  if (!found) throw new Error(`unknown kind ${kind}; known: ${kinds.map((entry) => entry.kind).join(', ')}`);
  return found;
}
