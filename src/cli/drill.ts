import { DRILLS, expectationOf, type Expectation } from '../drill/expectations.ts';
import { runDrill, type DrillResult } from '../drill/run-drill.ts';
import {
  createScenarios,
  parseScenario,
  scenarioHelp,
  ScenarioError,
  type Scenario,
} from '../sim/scenarios.ts';
import { createWorld } from '../sim/world.ts';
import { loggerOf, type CommandContext } from './context.ts';
import { createDrillScreen } from './drill-screen.ts';
import { figuresOf, summaryOf, type DrillFigures } from './drill-words.ts';
import { EXIT } from './exit-status.ts';

export interface DrillFlags {
  readonly scenario: readonly string[];
  readonly all: boolean;
  readonly speed: number;
  readonly seed: string;
}

/** `drill`: breaks the simulated world under the real daemon, and tells whether the daemon says rightly what is broken. */
export async function drill(context: CommandContext, flags: DrillFlags): Promise<number> {
  const { terminal } = context;
  if (flags.all === flags.scenario.length > 0) {
    terminal.err(`expected one scenario, or --all\n\n${known()}`);
    return EXIT.usage;
  }
  try {
    if (flags.all) return await drillAll(context, flags);
    return await drillOne(context, flags, flags.scenario.join(' '));
  } catch (error) {
    if (context.interrupted.aborted) return EXIT.unmeasured;
    if (!(error instanceof ScenarioError)) throw error;
    terminal.err(`${error.message}\n`);
    return EXIT.usage;
  }
}

async function drillOne(context: CommandContext, flags: DrillFlags, text: string): Promise<number> {
  const { scenario, expected } = drillable(text, flags.seed);
  context.terminal.out(`drill ${text}: speed ${flags.speed}, seed ${flags.seed}; all times are simulated\n`);
  const result = await run(context, flags, { text, scenario, expected, tellsLines: true });
  context.terminal.out(`\n${summaryOf(result, expected)}`);
  return result.wrong === null ? EXIT.ok : EXIT.fault;
}

async function drillAll(context: CommandContext, flags: DrillFlags): Promise<number> {
  const { terminal } = context;
  let wrongs = 0;
  terminal.out(row('scenario', HEADINGS, 'result'));
  for (const text of DRILLS) {
    const { scenario, expected } = drillable(text, flags.seed);
    const result = await run(context, flags, { text, scenario, expected, tellsLines: false });
    if (result.wrong !== null) wrongs += 1;
    terminal.out(row(text, figuresOf(result), result.wrong === null ? 'right' : `WRONG: ${result.wrong}`));
  }
  terminal.out(`\n${DRILLS.length - wrongs} of ${DRILLS.length} right\n`);
  return wrongs === 0 ? EXIT.ok : EXIT.fault;
}

interface Order {
  readonly text: string;
  readonly scenario: Scenario;
  readonly expected: Expectation;
  readonly tellsLines: boolean;
}

async function run(context: CommandContext, flags: DrillFlags, order: Order): Promise<DrillResult> {
  const { terminal, version, interrupted: signal, flags: common } = context;
  const { text, scenario, expected } = order;
  const screen = createDrillScreen(terminal, text, order.tellsLines);
  // The timeline says it all; log lines would only break into it.
  const logger = common.logLevel === 'debug' ? loggerOf(context) : { log: () => undefined };
  try {
    return await runDrill({
      scenario,
      expected,
      version,
      logger,
      signal,
      speed: flags.speed,
      seed: flags.seed,
      observers: [screen.observer],
      onPhase: (phase, clock) => screen.onPhase(phase, clock),
    });
  } finally {
    screen.end();
  }
}

/** Throws a ScenarioError for what there is not. */
function drillable(text: string, seed: string): { scenario: Scenario; expected: Expectation } {
  const scenario = parseScenario(text);
  createScenarios(createWorld(seed), () => undefined).set(scenario);
  const expected = expectationOf(scenario);
  if (!expected) throw new ScenarioError(`${scenario.name}: nobody has said what the right verdict is`);
  return { scenario, expected };
}

const HEADINGS: DrillFigures = {
  firstBad: 'first sign',
  found: 'detected',
  confirmations: 'probes',
  sends: 'SMS',
  verdict: 'verdict',
  named: 'named',
  recovered: 'recovered',
};

const row = (name: string, figures: DrillFigures, result: string): string =>
  `${[
    name.padEnd(25),
    figures.firstBad.padEnd(24),
    figures.found.padStart(8),
    figures.confirmations.padStart(7),
    figures.sends.padStart(4),
    ` ${figures.verdict.padEnd(24)}`,
    figures.named.padStart(6),
    figures.recovered.padStart(9),
    ` ${result}`,
  ].join(' ')}\n`;

const known = (): string =>
  scenarioHelp()
    .map(({ usage, summary }) => `  ${usage.padEnd(26)} ${summary}\n`)
    .join('');
