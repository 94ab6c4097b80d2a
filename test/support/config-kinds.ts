import { z } from 'zod';
import type { FactorKind, Kinds } from '../../src/config/schema.ts';
import { stepsKind } from '../../src/flows/steps/steps-kind.ts';
import { INBOXES } from '../../src/inboxes/index.ts';
import { defineKind } from '../../src/ports/kind.ts';
import type { FlowDeps, FlowFacts, FlowKind, LoginFlow } from '../../src/ports/login-flow.ts';
import { SENDERS } from '../../src/senders/index.ts';

/** The kinds that configurations in tests name: the real ones, but for flows and factors that need none of it. */
export const CONFIG_KINDS: Kinds = {
  inboxes: INBOXES,
  senders: SENDERS,
  flows: [stepsKind, moduleKind()],
  factors: [
    { kind: 'sms', delivered: true },
    { kind: 'email', delivered: true, reaches: 'address' },
    { kind: 'totp', delivered: false, needs: 'totpSecret' },
    { kind: 'backup-code', delivered: false, needs: 'backupCodes', stock: () => 1 },
  ] satisfies FactorKind[],
};

function moduleKind(): FlowKind {
  return defineKind<z.ZodObject, FlowDeps, LoginFlow, FlowFacts>({
    kind: 'module',
    schema: z.strictObject({ path: z.string(), options: z.record(z.string(), z.unknown()).optional() }),
    create: () => ({ kind: 'module', run: async () => {} }),
  });
}

export const CONFIG_ENV: Readonly<Record<string, string>> = {
  RACK: 'rack-secret-of-tests',
  SID: 'AC00000000000000000000000000000000',
  TOKEN: 'token-of-tests',
  READ: 'read-token-of-tests',
  ADMIN: 'admin-token-of-tests',
  P1: 'first-password',
  P2: 'second-password',
  P3: 'third-password',
  T3: 'JBSWY3DPEHPK3PXP',
};
