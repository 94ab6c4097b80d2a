import { isBlaming, type DrillRecord } from './drill-log.ts';
import type { Expectation } from './expectations.ts';

/** The answer to what was done wrong; null: all was right so far. */
export function wrongOf(record: DrillRecord, expected: Expectation): string | null {
  const { cause, tolerated, subject, alarm } = expected;
  const wrong = record.verdicts.find(
    (seen) => isBlaming(seen.cause) && seen.cause !== cause && !tolerated.includes(seen.cause),
  );
  if (wrong) return `the verdict said ${named(wrong)}; right is ${named(expected)}`;
  if (alarm === 'never' && record.alarm) return `a false alarm of ${record.alarm.route}`;
  const right = record.verdicts.findLast((seen) => seen.cause === cause);
  if (right && subject !== null && right.subject !== subject)
    return `the verdict said ${named(right)}; right is ${named(expected)}`;
  return null;
}

/** Whether everything was found that there is to find. */
export function isComplete(record: DrillRecord, { cause, subject, alarm }: Expectation): boolean {
  if (alarm === 'must' && !record.alarm) return false;
  if (cause === null) return alarm === 'must';
  return record.verdicts.some(
    (seen) => seen.cause === cause && (subject === null || seen.subject === subject),
  );
}

/** What was not found in time; null: nothing is missing. */
export function missingOf(record: DrillRecord, expected: Expectation): string | null {
  if (isComplete(record, expected) || (expected.cause === null && expected.alarm !== 'must')) return null;
  if (expected.alarm === 'must' && !record.alarm) return 'no detector raised its alarm';
  return `the verdict never said ${named(expected)}`;
}

const named = ({ cause, subject }: Pick<Expectation, 'cause' | 'subject'>): string =>
  [cause ?? 'nothing', subject].filter((word) => word !== null).join(' ');
