import type { DemoControls } from '../ports/demo-controls.ts';
import { ScenarioError, scenarioHelp, writeScenario } from '../sim/scenarios.ts';
import type { Simulator } from '../sim/simulator.ts';

/** The simulator's scenarios, as the status page offers them. */
export function demoScenarios({ scenarios, world }: Pick<Simulator, 'scenarios' | 'world'>): DemoControls {
  const choices: Readonly<Record<string, readonly string[]>> = {
    CARRIER: Object.keys(world.carriers),
    PHONE: world.phones.map(({ name }) => name),
    SHARE: ['0.2', '0.5'],
  };
  return {
    scenarios: () =>
      scenarioHelp()
        .map(({ usage, summary }) => ({ words: usage.split(' '), summary }))
        .filter(({ words: [name] }) => name !== 'healthy')
        .map(({ words: [name = '', argument = ''], summary }) => ({
          name,
          summary,
          choices: choices[argument] ?? [],
          on: scenarios
            .list()
            .filter((one) => one.name === name)
            .map((one) => (choices[argument] ? Object.values(one.args).join(' ') : writeScenario(one))),
        })),
    switchOn(name, choice) {
      try {
        scenarios.set(choice === null ? name : `${name} ${choice}`);
        return null;
      } catch (error) {
        if (error instanceof ScenarioError) return error.message;
        throw error;
      }
    },
    switchOff: (name) => scenarios.clear(name ?? undefined),
  };
}
