import { parse, validateDetailed } from 'node-cron';
import type { Rhythm } from '../domain/rhythm.ts';
import { didYouMean } from './suggest.ts';

/** Longer ones serve nobody, and node-cron would walk them. */
const MAX_CRON = 200;

/** What is wrong with a cron expression, in node-cron's syntax; null when nothing is. The value is not quoted. */
export function cronFault(cron: string): string | null {
  if (cron.length > MAX_CRON) return `expected a cron expression of at most ${MAX_CRON} characters`;
  const answer = validateDetailed(cron);
  const [first] = answer.errors;
  if (answer.valid && !first) return null;
  if (!first || first.field === 'expression') {
    const found = cron.trim() === '' ? 0 : cron.trim().split(/\s+/).length;
    return `expected a cron expression of 5 fields, or 6 with seconds first; it has ${found}`;
  }
  return `expected a cron expression; its ${FIELD_WORDS[first.field] ?? first.field} field is not possible`;
}

const FIELD_WORDS: Readonly<Record<string, string>> = {
  dayOfMonth: 'day of month',
  dayOfWeek: 'day of week',
};

/** What is wrong with a time zone; null when nothing is. */
export function timezoneFault(timezone: string): string | null {
  // The usual case, without waking up the runtime's tables of time zones.
  if (timezone === 'UTC') return null;
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone }).format(0);
    return null;
  } catch {
    const near = didYouMean(timezone, [...Intl.supportedValuesOf('timeZone'), 'UTC']);
    return `expected an IANA time zone such as UTC or Europe/Berlin${near}`;
  }
}

/** When a valid schedule fires within a day, and on what share of the days. Time zones and their changes do not matter to it. */
export function rhythmOf(cron: string): Rhythm {
  const fields = parse(cron);
  const secondsOfDay: number[] = [];
  for (const hour of ascending(fields.hour)) {
    for (const minute of ascending(fields.minute)) {
      for (const second of ascending(fields.second)) secondsOfDay.push(hour * 3600 + minute * 60 + second);
    }
  }
  const months = fields.month.length / 12;
  const days = shareOf(fields.dayOfMonth, 31, DAYS_PER_MONTH);
  const weekdays = shareOf(fields.dayOfWeek, 7, 7);
  return { secondsOfDay, dayShare: Math.min(1, months * days * weekdays) };
}

const DAYS_PER_MONTH = 365.25 / 12;

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** `L`, `15W`, `1#2` and the like name one day a month. */
function shareOf(values: readonly (number | string)[], all: number, cycleDays: number): number {
  if (values.length >= all) return 1;
  const plain = values.filter((value) => typeof value === 'number').length;
  return Math.min(1, plain / cycleDays + (values.length - plain) / DAYS_PER_MONTH);
}
