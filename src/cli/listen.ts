import { randomUUID } from 'node:crypto';
import { numbersOf } from '../app/generation.ts';
import { KINDS, kindNamed } from '../app/kinds.ts';
import type { Config } from '../config/config.ts';
import type { InboundMessage } from '../domain/message.ts';
import { maskNumber, maskSender } from '../domain/units.ts';
import { InboxKeeper } from '../engine/receiving.ts';
import { smsFactor } from '../factors/sms.ts';
import type { Inbox } from '../ports/inbox.ts';
import type { Logger } from '../ports/logger.ts';
import type { ProbeEvent } from '../ports/observer.ts';
import { createSystemClock } from '../runtime/system-clock.ts';
import { createHooksServer } from '../web/hooks.ts';
import { loadOrShow, loggerOf, type CommandContext } from './context.ts';
import { EXIT } from './exit-status.ts';
import { until } from './start.ts';

/** `listen INBOX`: shows what arrives, to set up a number or a gateway. Keeps nothing, and shows no code. */
export async function listen(context: CommandContext, name: string): Promise<number> {
  const config = await loadOrShow(context);
  if (!config) return EXIT.usage;
  const { terminal, interrupted } = context;
  const wanted = config.inboxes[name];
  if (!wanted) {
    const known = Object.keys(config.inboxes).join(', ') || 'none';
    terminal.err(`there is no inbox named ${name}; there are: ${known}\n`);
    return EXIT.usage;
  }
  const clock = createSystemClock();
  const boot = randomUUID();
  const stamp = () => ({ at: clock.now(), monotonicMs: clock.monotonicMs(), boot });
  const publicUrl = config.hooks?.publicUrl ?? null;
  const logger = tellRefusals(loggerOf(context), (text) => terminal.err(text));
  const inbox = kindNamed(KINDS.inboxes, wanted.kind).create(wanted.settings, {
    name,
    clock,
    stamp,
    numbers: numbersOf(config, name),
    publicUrl,
    logger,
  });
  const seen = new Set<string>();
  const accept = async (messages: readonly InboundMessage[]) => {
    for (const message of messages) {
      if (seen.has(message.providerId)) continue;
      seen.add(message.providerId);
      terminal.out(describe(message, config));
    }
  };
  const notify = (event: ProbeEvent) => tellState(event, (text) => terminal.err(text));
  const keeper = new InboxKeeper(name, { inbox, accept, clock, notify, logger });
  const server = await openHooks(context, config, inbox, { name, accept, stamp, logger });
  if (server === null) return EXIT.usage;
  const polling = keeper.run(interrupted);
  await until(interrupted);
  await Promise.all([polling, server.close()]);
  return EXIT.ok;
}

async function openHooks(
  context: CommandContext,
  config: Config,
  inbox: Inbox,
  parts: { name: string; accept: (messages: readonly InboundMessage[]) => Promise<void> } & Pick<
    Parameters<typeof createHooksServer>[0],
    'stamp' | 'logger'
  >,
): Promise<{ close(): Promise<void> } | null> {
  const { terminal } = context;
  const session = inbox.connect ? ', in a session' : '';
  const polls = `${inbox.poll ? `, asked every ${inbox.poll.everyMs / 1000} s` : ''}${session}`;
  if (!inbox.hook || !config.hooks) {
    terminal.err(`listening to ${parts.name}${polls}; Ctrl-C ends it\n`);
    return { close: () => Promise.resolve() };
  }
  const { name, accept, stamp, logger } = parts;
  const server = createHooksServer({
    inboxes: new Map([[name, inbox]]),
    accept: (_name, messages) => accept(messages),
    stamp,
    logger,
  });
  const { host, port } = config.hooks;
  try {
    await server.listen(host, port);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    terminal.err(`cannot listen on ${host}:${port}: ${why}; if the daemon runs, stop it first\n`);
    return null;
  }
  terminal.err(`listening to ${name} on http://${host}:${port}/hooks/${name}${polls}; Ctrl-C ends it\n`);
  return server;
}

/** Up or down, by polls and sessions. */
function tellState(event: ProbeEvent, tell: (text: string) => void): void {
  if (event.kind !== 'inbox_changed') return;
  tell(event.up ? 'the inbox can be read\n' : `the inbox cannot be read: ${event.reason}; trying again\n`);
}

/** One line a message: who, to whom, when, and whether a code could be read. Never the text. */
export function describe(message: InboundMessage, config: Pick<Config, 'phones'>): string {
  const phone = Object.values(config.phones).find((one) => one.number === message.to);
  const to = phone
    ? `${phone.name} (${maskNumber(message.to)})`
    : `${maskNumber(message.to)}, not one of "phones"`;
  const times = message.times.map((time) => `${time.clock} ${new Date(time.at).toISOString()}`).join(', ');
  const what = message.redacted ? 'REDACTED by the provider' : readable(message.body);
  const at = new Date(message.arrived.at).toISOString();
  return `${at}  from ${maskSender(message.from)}  to ${to}  ${what}${times && `  [${times}]`}\n`;
}

function readable(body: string): string {
  const read = smsFactor.read(body, null);
  if (read.found === 'code') return `${body.length} characters, a code of ${read.code.length} can be read`;
  return `${body.length} characters, ${read.found === 'none' ? 'no code in it' : 'more than one possible code'}`;
}

/** A refused hook is what one wants to see while setting up. */
const tellRefusals = (logger: Logger, tell: (text: string) => void): Logger => ({
  log(level, event, fields) {
    if (event === 'hook_refused')
      tell(`refused: ${String(fields?.['status'])} ${String(fields?.['reason'])}\n`);
    else logger.log(level, event, fields);
  },
});
