import { z } from 'zod';
import { Secret } from '../domain/secret.ts';
import { compilePattern, type Pattern } from '../domain/pattern.ts';
import { DAY, HOUR, MINUTE, SECOND, type Micros } from '../domain/units.ts';

/** The field types that the settings of every kind are built from. */

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY };

/** `500ms`, `30s`, `5m`, `1h`, `30d`; in milliseconds. */
export const duration = () =>
  z
    .string()
    .regex(/^[0-9]+(ms|s|m|h|d)$/, 'expected a duration such as 500ms, 30s, 5m, 1h or 30d')
    .transform((text) => parseInt(text, 10) * (UNITS[text.replace(/^[0-9]+/, '')] ?? 1));

/** A value that prints as `[secret]`; `writeOnly` keeps what was written out of faults and pages. */
export const secret = () =>
  z
    .string()
    .min(1, 'expected a text that is not empty')
    .meta({ writeOnly: true })
    .transform((text) => new Secret(text));

/** A pattern in RE2 syntax, bare or as `/…/i`. */
export const pattern = () =>
  z.string().transform((text, context): Pattern => {
    try {
      return compilePattern(text);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      context.addIssue({ code: 'custom', message: `expected a pattern in RE2 syntax: ${why}` });
      return z.NEVER;
    }
  });

/** An amount of the configured currency, with at most six decimals; in its millionths. */
export const money = () =>
  z
    .number()
    .nonnegative()
    .max(1_000_000_000)
    .refine((amount) => Math.abs(amount * 1e6 - Math.round(amount * 1e6)) < 1e-4, {
      message: 'expected at most six decimals',
    })
    .transform((amount): Micros => Math.round(amount * 1e6));
