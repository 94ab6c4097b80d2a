import { KINDS } from '../app/kinds.ts';
import { renderCheck } from '../config/render-check.ts';
import { load, type CommandContext } from './context.ts';

/** `check`: the faults of a configuration, or what it will do and cost. Contacts nobody. */
export async function check(context: CommandContext): Promise<number> {
  const report = renderCheck(await load(context), context.flags.configFile, KINDS.factors);
  if (report.exitStatus === 0) context.terminal.out(report.text);
  else context.terminal.err(report.text);
  return report.exitStatus;
}
