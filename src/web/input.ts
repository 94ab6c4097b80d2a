import { z } from 'zod';
import { DAY, HOUR, MINUTE, SECOND, type EpochMs } from '../domain/units.ts';
import { WebError } from './web-error.ts';

/** Parses what a request brings; a 400 names every fault. */
export function checkInput<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) =>
    [path.join('.'), message].filter(Boolean).join(': '),
  );
  throw new WebError(400, faults.join('; '));
}

const AGES: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY };
const EXPECTED_TIME = 'expected a time (2026-01-15T12:00:00Z), Unix seconds, or an age such as 24h';

/** A named part of the path: text, and never the many parts that a wildcard would give. */
export const pathPart = (value: string | readonly string[] | undefined): string =>
  typeof value === 'string' ? value : '';

/** A moment: RFC 3339, Unix seconds, or how long ago. */
export const moment = (now: () => EpochMs) =>
  z.string().transform((text, context): EpochMs => {
    const at = parseMoment(text, now());
    if (at !== null) return at;
    context.addIssue({ code: 'custom', message: EXPECTED_TIME });
    return z.NEVER;
  });

function parseMoment(text: string, now: EpochMs): EpochMs | null {
  const age = /^([0-9]{1,6})([smhd])$/.exec(text);
  if (age) return now - Number(age[1]) * (AGES[age[2] ?? ''] ?? 0);
  if (/^[0-9]{1,11}(\.[0-9]{1,6})?$/.test(text)) return Number(text) * SECOND;
  const isDate = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]{5,16}(Z|[+-][0-9]{2}:[0-9]{2}))?$/.test(text);
  const at = isDate ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? null : at;
}

/** A whole number in a query. */
export const count = (most: number, otherwise: number) =>
  z
    .string()
    .regex(/^[0-9]{1,9}$/, `expected a whole number from 1 to ${most}`)
    .transform(Number)
    .refine((value) => value >= 1 && value <= most, `expected a whole number from 1 to ${most}`)
    .default(otherwise);
