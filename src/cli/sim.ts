import { createSystemClock } from '../runtime/system-clock.ts';
import { createSimulator } from '../sim/simulator.ts';
import { parseScenario, scenarioHelp, ScenarioError } from '../sim/scenarios.ts';
import type { CommandContext } from './context.ts';
import { EXIT } from './exit-status.ts';
import { until } from './start.ts';

export interface SimFlags {
  readonly port: number;
  readonly seed: string;
  readonly speed: number;
  readonly scenario: readonly string[];
}

/** `sim`: the simulator alone, for the staging and CI of a login of one's own. */
export async function sim(context: CommandContext, flags: SimFlags): Promise<number> {
  const { terminal, interrupted } = context;
  try {
    const scenarios = flags.scenario.map(parseScenario);
    const simulator = createSimulator({ clock: createSystemClock(flags.speed), seed: flags.seed });
    const address = await simulator.start(flags.port);
    for (const scenario of scenarios) simulator.scenarios.set(scenario);
    terminal.out(describe(address, simulator.world));
    await until(interrupted);
    await simulator.stop();
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof ScenarioError) && !isAddressInUse(error)) throw error;
    terminal.err(`${error.message}\n`);
    return EXIT.usage;
  }
}

const isAddressInUse = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

type Simulator = ReturnType<typeof createSimulator>;

function describe(address: Awaited<ReturnType<Simulator['start']>>, world: Simulator['world']): string {
  const { loginUrl, carrierUrl, controlUrl } = address;
  return [
    `login site   ${loginUrl}/login and ${loginUrl}/api`,
    `carrier      ${carrierUrl} speaks Twilio's REST API: account ${world.accountSid}, token ${world.authToken}`,
    `scenarios    ${controlUrl} or POST ${controlUrl}sim/scenarios {"name":"sms-sender-off"}`,
    `accounts     ${world.accounts.map((account) => account.username).join(' ')}`,
    '',
    ...world.accounts.map(
      ({ username, password, phone, totpSecret }) =>
        `  ${username.padEnd(10)} password ${password}  ${phone === null ? `totp ${totpSecret}` : `phone ${phone}`}`,
    ),
    '',
    'scenarios:',
    ...scenarioHelp().map(({ usage, summary }) => `  ${usage.padEnd(26)} ${summary}`),
    '',
    'Ctrl-C ends it.',
    '',
  ].join('\n');
}
