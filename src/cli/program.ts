import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { LOG_LEVELS } from '../ports/logger.ts';
import { LOG_FORMATS } from '../runtime/logger.ts';
import type { CommandContext, GlobalFlags } from './context.ts';
import { EXIT } from './exit-status.ts';
import { letHeapGrow } from './heap.ts';
import { REPORT_FORMATS, REPORT_TABLES, type ReportFlags } from './report-flags.ts';
import type { Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';

/** Each command is loaded when it is called: the daemon needs no simulator, and `check` no web listener. */
type Action = (context: CommandContext) => Promise<number>;

/** Runs the command line; answers the exit status. Never throws for what a user can mistype. */
export async function runProgram(
  argv: readonly string[],
  terminal: Terminal,
  interrupted: AbortSignal,
): Promise<number> {
  const version = packageVersion();
  let status: number = EXIT.ok;
  const program = buildProgram(version, terminal, (action) => async () => {
    status = await action({ terminal, flags: flagsOf(program), version, interrupted });
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw error;
  }
}

function buildProgram(
  version: string,
  terminal: Terminal,
  act: (action: Action) => () => Promise<void>,
): Command {
  const program = new Command('twofa-prober')
    .description(
      'Logs in with two-factor authentication, on a schedule, and measures how long SMS codes take.',
    )
    .version(version, '--version')
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
    .option('--config.file <file>', 'configuration', 'twofa-prober.yaml')
    .option('--web.listen-address <address>', 'where the status page and /metrics are, before web.listen')
    .option(
      '--web.config.file <file>',
      'TLS and users of that listener, in the format of Prometheus exporters',
    )
    .addOption(
      new Option('--log.level <level>', 'least level that is logged').choices(LOG_LEVELS).default('info'),
    )
    .addOption(
      new Option('--log.format <format>', 'form of log lines').choices(LOG_FORMATS).default('logfmt'),
    )
    .enablePositionalOptions(false)
    .showHelpAfterError('(--help tells the commands and flags)');
  addDaemonCommands(program, act);
  addSetupCommands(program, act);
  addReport(program, act);
  addSim(program, act);
  addDrill(program, act);
  return program;
}

type Act = (action: Action) => () => Promise<void>;

function addDaemonCommands(program: Command, act: Act): void {
  program
    .command('start', { isDefault: true })
    .description('run the daemon (default)')
    .action(act(async (context) => (await import('./start.ts')).start(context)));
  program
    .command('check')
    .description('tell all faults of the configuration, or what it will do and cost')
    .action(act(async (context) => (await import('./check.ts')).check(context)));
  program
    .command('run')
    .argument('<probe>', 'name of a probe or control')
    .option('--json', 'the attempt as JSON')
    .description('one attempt now: exit 0 ok, 1 delivery or target fault, 2 bad config, 3 could not measure')
    .action((probe: string, { json }: { json?: true }) =>
      act(async (context) => (await import('./run.ts')).run(context, probe, json ?? false))(),
    );
  program
    .command('demo')
    .description('the daemon against a simulated login, carrier and phones')
    .action(act(async (context) => (await import('./demo.ts')).demo(context)));
}

function addSetupCommands(program: Command, act: Act): void {
  program
    .command('init')
    .description('write a commented configuration to start from')
    .action(act(async (context) => (await import('./init.ts')).init(context)));
  program
    .command('listen')
    .argument('<inbox>', 'name of an inbox')
    .description('show messages as they arrive, without their text')
    .action((inbox: string) =>
      act(async (context) => (await import('./listen.ts')).listen(context, inbox))(),
    );
  program
    .command('schema')
    .description('print the JSON Schema of the configuration')
    .action(act(async (context) => (await import('./schema.ts')).schema(context)));
}

function addReport(program: Command, act: Act): void {
  program
    .command('report')
    .option('--since <when>', 'how long ago, or a date: 12h, 7d, 2026-01-31', '7d')
    .addOption(new Option('--format <format>', 'form of the report').choices(REPORT_FORMATS).default('text'))
    .addOption(new Option('--table <table>', 'which one, for csv').choices(REPORT_TABLES).default('routes'))
    .description('what was measured: SLI, delivery times, outages and spend, by target and route')
    .action((flags: ReportFlags) =>
      act(async (context) => (await import('./report.ts')).report(context, flags))(),
    );
}

function addSim(program: Command, act: Act): void {
  program
    .command('sim')
    .option('--port <port>', 'port on 127.0.0.1', wholeNumber, 9825)
    .option('--seed <seed>', 'the same seed makes the same world', 'sim')
    .option('--speed <factor>', 'how much faster time runs', positive, 1)
    .option('--scenario <scenario...>', 'switched on from the start', [])
    .description('the simulated login, carrier and phones alone')
    .action((flags: { port: number; seed: string; speed: number; scenario: string[] }) =>
      act(async (context) => (await import('./sim.ts')).sim(context, flags))(),
    );
}

function addDrill(program: Command, act: Act): void {
  program
    .command('drill')
    .argument('[scenario...]', 'what breaks, as `sim` knows it')
    .option('--all', 'all scenarios in turn, as a table', false)
    .option('--speed <factor>', 'how much faster time runs, as long as the machine keeps up', positive, 60)
    .option('--seed <seed>', 'the same seed makes the same world', 'drill')
    .description(
      'breaks a simulated world under the real daemon: exit 0 when its verdict is right, 1 when not',
    )
    .action((scenario: string[], flags: { all: boolean; speed: number; seed: string }) =>
      act(async (context) => {
        letHeapGrow();
        return (await import('./drill.ts')).drill(context, { scenario, ...flags });
      })(),
    );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new InvalidArgumentError(`Found ${text}, expected a port from 0 to 65535.`);
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError(`Found ${text}, expected a number above 0.`);
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function flagsOf(program: Command): GlobalFlags {
  const flags = program.opts<Record<string, unknown>>();
  return {
    configFile: text(flags['config.file']) ?? '',
    webListenAddress: text(flags['web.listenAddress']),
    webConfigFile: text(flags['web.config.file']),
    logLevel: oneOf(LOG_LEVELS, flags['log.level']),
    logFormat: oneOf(LOG_FORMATS, flags['log.format']),
  };
}

/** Commander has checked the choice already. */
function oneOf<Choice extends string>(choices: readonly Choice[], value: unknown): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new Error(`expected one of ${choices.join(', ')}`);
  return found;
}
