import { parse } from 'yaml';
import { FLOWS } from '../../src/flows/index.ts';
import type { FlowDeps, LoginFlow } from '../../src/ports/login-flow.ts';
import { FakeClock } from './fake-clock.ts';

export const flowDeps = (url: string, more: Partial<FlowDeps> = {}): FlowDeps => ({
  target: 'acme',
  url,
  origins: [],
  userAgent: 'twofa-prober/test (sre@acme.example)',
  timeoutMs: 20_000,
  folder: '/nonexistent',
  clock: new FakeClock(),
  ...more,
});

/** A flow as the configuration makes it: kind by name, settings parsed by its schema. */
export function createFlow(kind: string, yaml: string, deps: FlowDeps): LoginFlow {
  const found = FLOWS.find((flow) => flow.kind === kind);
  if (!found) throw new Error(`no flow kind ${kind}`);
  return found.create(found.schema.parse(parse(yaml)), deps);
}
