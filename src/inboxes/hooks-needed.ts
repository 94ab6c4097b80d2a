import type { InboxFacts } from '../ports/inbox.ts';
import type { Remark } from '../ports/kind.ts';

/** An inbox that only takes hooks hears nothing without the listener. */
export const needHooks =
  (kind: string) =>
  (_settings: unknown, facts: InboxFacts): readonly Remark[] =>
    facts.hooks ? [] : [`${kind} only gets what is sent to the hooks listener: add \`hooks: { listen: … }\``];

/** The same of one whose proofs name the address that was called. */
export const needPublicUrl =
  (kind: string) =>
  (_settings: unknown, facts: InboxFacts): readonly Remark[] =>
    facts.hooks && facts.publicUrl !== null
      ? []
      : [`${kind} proves its requests for the address that it calls: add \`hooks: { publicUrl: … }\``];
