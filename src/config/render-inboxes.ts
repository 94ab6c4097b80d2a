import { ticksPerDay } from '../domain/rhythm.ts';
import { span } from '../domain/plan-strain.ts';
import { DAY, isMailAddress, MINUTE } from '../domain/units.ts';
import type { Config } from './config.ts';
import { rhythmOf } from './cron.ts';

/** What `check` prints of the inboxes: who is read there, and how often a control proves that it can be. */
export function inboxRows(config: Config): { readonly rows: string[][]; readonly unproven: string[] } {
  const inboxes = Object.entries(config.inboxes).map(([name, { kind }]) => {
    const phones = Object.values(config.phones).filter((phone) => phone.inbox === name);
    const intervalMs = controlEveryMs(config, new Set(phones.map((phone) => phone.name)));
    return { name, kind, phones, intervalMs };
  });
  const used = inboxes.filter(({ phones }) => phones.length > 0);
  return {
    rows: used.map(({ name, kind, phones, intervalMs }) => [
      name,
      kind,
      String(phones.length),
      intervalMs === null ? '-' : span(Math.ceil(intervalMs / MINUTE) * MINUTE),
    ]),
    unproven: used
      // A control is an SMS: no mailbox gets one.
      .filter(({ intervalMs, phones }) => intervalMs === null && !phones.every(isMailbox))
      .map(({ name }) => name),
  };
}

const isMailbox = ({ number }: Config['phones'][string]): boolean => isMailAddress(number);

/** By `rotation: next` a control takes its phones in turn, by `all` each tick goes to each of them. */
function controlEveryMs(config: Config, phones: ReadonlySet<string>): number | null {
  const perDay = Object.values(config.controls)
    .map((control) => {
      const inside = control.phones.filter((name) => phones.has(name)).length;
      const perTick = control.rotation === 'all' ? inside : inside / control.phones.length;
      return ticksPerDay(rhythmOf(control.schedule.cron)) * perTick;
    })
    .reduce((sum, messages) => sum + messages, 0);
  return perDay > 0 ? DAY / perDay : null;
}
