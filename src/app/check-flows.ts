import type { Config } from '../config/config.ts';
import type { Diagnostic } from '../config/diagnostics.ts';
import type { Loaded } from '../config/load.ts';
import { printable } from '../config/path.ts';
import { checkTypes } from '../flows/module/check-types.ts';
import type { Clock } from '../ports/clock.ts';
import type { Kinds } from './kinds.ts';
import { prepareFlows, type FlowFault, type NamedFlow } from './prepare.ts';
import { buildFlow } from './probes.ts';

export interface CheckDeps {
  readonly kinds: Kinds;
  readonly clock: Clock;
  readonly version: string;
  readonly signal: AbortSignal;
}

/**
 * What `check` does beyond reading the file: loads every flow, and checks the types of those written in
 * TypeScript. What it finds joins the faults, or the notices, of the configuration.
 */
export async function checkFlows(loaded: Loaded, deps: CheckDeps): Promise<Loaded> {
  if (!loaded.ok) return loaded;
  const { config } = loaded;
  const flows = Object.values(config.probes).map((probe): NamedFlow => ({
    name: probe.name,
    flow: buildFlow(config, probe, deps),
  }));
  const broken = await prepareFlows(flows, deps.clock);
  const found = [
    ...broken.map((fault) => placed(loaded, fault)),
    ...(await typeDiagnostics(config, flows, { broken, ...deps })),
  ];
  const faults = found.filter(({ level }) => level === 'fault');
  if (faults.length > 0) return { ok: false, faults };
  return { ...loaded, notices: [...loaded.notices, ...found] };
}

type LoadedWell = Extract<Loaded, { readonly ok: true }>;

const placed = ({ diagnose }: LoadedWell, { probe, message }: FlowFault): Diagnostic =>
  diagnose('fault', ['probes', probe, 'flow'], printable(message));

/** A file that does not load has told its fault already. */
async function typeDiagnostics(
  { folder }: Config,
  flows: readonly NamedFlow[],
  { broken, clock, signal }: CheckDeps & { readonly broken: readonly FlowFault[] },
): Promise<Diagnostic[]> {
  const failed = new Set(broken.map(({ probe }) => probe));
  const files = flows.flatMap(({ name, flow }) => (failed.has(name) ? [] : (flow.files ?? [])));
  const written = [...new Set(files)].filter((file) => /\.m?ts$/.test(file));
  if (written.length === 0) return [];
  const answer = await checkTypes(written, { folder, clock, signal });
  if (answer.checked) {
    return answer.faults.map(({ message, ...place }) => ({
      level: 'fault',
      path: '',
      message: printable(message),
      ...place,
    }));
  }
  const message = `the types of ${written.join(', ')} were not checked: ${answer.why}`;
  return [{ level: 'notice', line: null, column: null, path: '', message: printable(message) }];
}
