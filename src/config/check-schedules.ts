import { shortestGapMs } from '../domain/rhythm.ts';
import { span } from '../domain/plan-strain.ts';
import type { Schedule } from '../ports/ticker.ts';
import { cronFault, rhythmOf, timezoneFault } from './cron.ts';
import { entriesOf, fault, type Check, type Finding, type Review } from './review.ts';
import type { ParsedControl, ParsedProbe } from './schema.ts';
import type { Path } from './path.ts';

/** Schedules can be read, and the times that go with them fit each other. */
export const checkSchedules: Check = (review) => [
  ...entriesOf(review.parsed.probes).flatMap(([name, probe]) =>
    checkScheduled(review, ['probes', name], probe),
  ),
  ...entriesOf(review.parsed.controls).flatMap(([name, control]) =>
    checkScheduled(review, ['controls', name], control),
  ),
];

function checkScheduled(review: Review, path: Path, entry: ParsedProbe | ParsedControl): Finding[] {
  const found = checkSchedule(review, [...path, 'schedule'], entry.schedule);
  for (const [index, { schedule }] of entry.maintenance.entries()) {
    found.push(...checkSchedule(review, [...path, 'maintenance', index, 'schedule'], schedule));
  }
  const { deadline, expiry, jitter } = entry;
  if (deadline >= expiry) {
    const which = review.declares([...path, 'deadline']) ? 'deadline' : 'expiry';
    found.push(
      fault(
        [...path, which],
        `deadline ${span(deadline)} is not before expiry ${span(expiry)}; a code is late first, and lost later`,
      ),
    );
  }
  if (cronFault(entry.schedule.cron) === null) {
    const gap = shortestGapMs(rhythmOf(entry.schedule.cron));
    if (jitter >= gap) {
      found.push(
        fault(
          [...path, 'jitter'],
          `found ${span(jitter)}, expected less than the ${span(gap)} between two ticks`,
        ),
      );
    }
  }
  return found;
}

function checkSchedule(review: Review, path: Path, { cron, timezone }: Schedule): Finding[] {
  const found: Finding[] = [];
  const asMap = review.declares([...path, 'cron']);
  const cronPath = asMap ? [...path, 'cron'] : path;
  const wrongCron = cronFault(cron);
  if (wrongCron !== null) found.push(fault(cronPath, `found ${review.quote(cronPath)}, ${wrongCron}`));
  const wrongZone = timezoneFault(timezone);
  const zonePath = [...path, 'timezone'];
  if (wrongZone !== null) found.push(fault(zonePath, `found ${review.quote(zonePath)}, ${wrongZone}`));
  return found;
}
