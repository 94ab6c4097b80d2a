import { checkFlows } from '../app/check-flows.ts';
import { KINDS } from '../app/kinds.ts';
import { renderCheck } from '../config/render-check.ts';
import { createSystemClock } from '../runtime/system-clock.ts';
import { inboxHealth } from './inbox-health.ts';
import { load, type CommandContext } from './context.ts';

/**
 * `check`: the faults of a configuration and its flows, or what it will do and cost, and how its inboxes are. Contacts
 * nobody but the daemon of this configuration, where one runs.
 */
export async function check(context: CommandContext): Promise<number> {
  const { flags, terminal, version, interrupted } = context;
  const clock = createSystemClock();
  const loaded = await load(context);
  const checked = await checkFlows(loaded, { kinds: KINDS, clock, version, signal: interrupted });
  const report = renderCheck(checked, flags.configFile, KINDS.factors);
  if (!checked.ok) terminal.err(report.text);
  else {
    const health = await inboxHealth(checked.config);
    terminal.out(`${report.text}${health && `\n${health}`}`);
  }
  return report.exitStatus;
}
