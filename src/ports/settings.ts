import { z } from 'zod';
import { Secret } from '../domain/secret.ts';
import { compilePattern, type Pattern } from '../domain/pattern.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../domain/units.ts';

/** The field types that the settings of every kind are built from. */

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY };

/** `500ms`, `30s`, `5m`, `1h`, `30d`; in milliseconds. */
export const duration = () =>
  z
    .string()
    .regex(/^[0-9]+(ms|s|m|h|d)$/, 'expected a duration such as 500ms, 30s, 5m, 1h or 30d')
    .transform((text) => parseInt(text, 10) * (UNITS[text.replace(/^[0-9]+/, '')] ?? 1));

/** A value that prints as `[secret]`. */
export const secret = () =>
  z
    .string()
    .min(1, 'expected a secret, found an empty text')
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
