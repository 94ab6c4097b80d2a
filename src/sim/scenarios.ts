import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { HEALTHY, type Conditions } from './conditions.ts';
import { SCENARIOS, type ScenarioKind } from './scenario-kinds.ts';
import type { World } from './world.ts';

/** A scenario that can be switched on; `healthy` switches all others off. */
export interface Scenario {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Says what was found, what was expected and what is known. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

/** What is wrong at the moment, and the switches for it. */
export interface Scenarios {
  /** Throws a ScenarioError for what this world does not have. */
  set(scenario: Scenario | string): void;
  /** Ends all, or those of one name. */
  clear(name?: string): void;
  list(): readonly Scenario[];
  readonly conditions: () => Conditions;
}

export function createScenarios(world: World, onSwitch: (active: readonly string[]) => void): Scenarios {
  const active = new Map<string, Scenario>();
  let conditions = HEALTHY;

  const apply = (): void => {
    conditions = [...active.values()].reduce(
      (now, { name, args }) => kindOf(name)?.change(now, args) ?? now,
      HEALTHY,
    );
    onSwitch([...active.values()].map(writeScenario));
  };
  return {
    set(given) {
      const scenario = typeof given === 'string' ? parseScenario(given) : readScenario(given);
      const kind = kindOf(scenario.name);
      const missing = kind?.missing(scenario.args, world);
      if (missing) throw new ScenarioError(`${scenario.name}: ${missing}`);
      if (kind) active.set(kind.several ? writeScenario(scenario) : kind.name, scenario);
      else active.clear();
      apply();
    },
    clear(name) {
      for (const [key, scenario] of active) {
        if (name === undefined || scenario.name === name) active.delete(key);
      }
      apply();
    },
    list: () => [...active.values()],
    conditions: () => conditions,
  };
}

/** Reads `lossy 0.2`, as people write it. Throws a ScenarioError. */
export function parseScenario(text: string): Scenario {
  const [name = '', ...values] = text.trim().split(/\s+/);
  const names = argumentsOf(name);
  if (values.length > names.length) {
    throw new ScenarioError(`${name}: found ${values.length} arguments, expected: ${usage(name)}`);
  }
  return readScenario({
    name,
    args: Object.fromEntries(values.map((value, index) => [names[index] ?? '', value])),
  });
}

/** Checks a name and its arguments by name. Throws a ScenarioError. */
export function readScenario(given: Scenario): Scenario {
  if (given.name === 'healthy' && Object.keys(given.args).length === 0) return { name: 'healthy', args: {} };
  const kind = kindOf(given.name);
  if (!kind) throw new ScenarioError(unknownName(given.name));
  const parsed = kind.schema.safeParse(given.args);
  if (parsed.success) return { name: kind.name, args: parsed.data };
  const faults = parsed.error.issues.map((issue) => [...issue.path, issue.message].join(': '));
  throw new ScenarioError(`${kind.name}: ${faults.join('; ')}; expected: ${usage(kind.name)}`);
}

/** The way back from {@link parseScenario}. */
export const writeScenario = ({ name, args }: Scenario): string => [name, ...Object.values(args)].join(' ');

/** Each scenario as it is written, with its summary; `healthy` first. */
export const scenarioHelp = (): readonly { readonly usage: string; readonly summary: string }[] => [
  { usage: 'healthy', summary: 'nothing is wrong' },
  ...SCENARIOS.map(({ name, summary }) => ({ usage: usage(name), summary })),
];

function usage(name: string): string {
  const kind = kindOf(name);
  const args = argumentsOf(name).map((argument) =>
    kind?.schema.shape[argument] instanceof z.ZodDefault ? `[${argument}]` : argument.toUpperCase(),
  );
  return [name, ...args].join(' ');
}

function unknownName(name: string): string {
  const names = ['healthy', ...SCENARIOS.map((kind) => kind.name)];
  const near = names.find((known) => distance(known, name) <= 3);
  const hint = near === undefined ? '.' : `; did you mean "${near}"?`;
  return `there is no scenario "${name}"${hint} Known: ${names.map(usage).join(', ')}`;
}

const kindOf = (name: string): ScenarioKind | undefined => SCENARIOS.find((kind) => kind.name === name);
const argumentsOf = (name: string): string[] => Object.keys(kindOf(name)?.schema.shape ?? {});
