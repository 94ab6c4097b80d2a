import { load } from 'cheerio/slim';
import { z } from 'zod';
import { compilePattern, type Pattern } from '../../domain/pattern.ts';
import { pattern } from '../../ports/settings.ts';
import { isPointer } from '../../domain/json-pointer.ts';
import { source } from './source.ts';
import { WORDS } from './word.ts';

/** What a found value is compared with: a pattern, or a text that may hold templates. */
export type Expected = { readonly pattern: Pattern } | { readonly text: string };

/** `/…/i` is a pattern; everything else stands for itself. */
const expected = () =>
  z.union([z.string(), z.number(), z.boolean(), z.null()]).transform((written, context): Expected => {
    if (typeof written !== 'string' || !/^\/.*\/[ims]*$/s.test(written)) return { text: String(written) };
    try {
      return { pattern: compilePattern(written) };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      context.addIssue({ code: 'custom', message: `expected a pattern in RE2 syntax: ${why}` });
      return z.NEVER;
    }
  });

/** A CSS selector. */
export const css = () =>
  z
    .string()
    .min(1)
    .refine((written) => isSelector(written), 'expected a CSS selector such as form#login or .error');

const STATUS_WANTED = 'expected a status such as 401, a class such as 4xx, or a list of them';
const oneStatus = z.union(
  [z.int().min(100, STATUS_WANTED).max(599, STATUS_WANTED), z.string().regex(/^[1-5]xx$/, STATUS_WANTED)],
  STATUS_WANTED,
);
const status = z.union([oneStatus, z.array(oneStatus).min(1)], STATUS_WANTED);

const pathMatcher = () =>
  z
    .string()
    .regex(/^[/^*]/, 'expected a path such as /account, /account/* or a pattern such as ^/user/[0-9]+$')
    .transform((written, context) => {
      try {
        return compilePattern(written.startsWith('^') ? written : globPattern(written));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        context.addIssue({ code: 'custom', message: `expected a path or a pattern in RE2 syntax: ${why}` });
        return z.NEVER;
      }
    });

const onlyPointers = (written: object, context: z.RefinementCtx): void => {
  for (const key of Object.keys(written).filter((key) => !isPointer(key))) {
    context.addIssue({
      code: 'custom',
      path: [key],
      message: `expected a JSON pointer such as /error/code, found ${key}`,
    });
  }
};

const matchers = {
  status: status.optional(),
  json: z.record(z.string(), expected()).superRefine(onlyPointers).optional(),
  header: z.record(z.string(), expected()).optional(),
  cookie: z.union([z.string(), z.record(z.string(), expected())]).optional(),
  path: pathMatcher().optional(),
  text: pattern().optional(),
  notText: pattern().optional(),
  has: css().optional(),
};

/** One entry of `when`: everything in it must match. */
export const rule = z.strictObject({
  ...matchers,
  first: z.strictObject(matchers).optional(),
  is: z.enum(WORDS),
  retryAfter: source().optional(),
});

export type Rule = z.output<typeof rule>;
export type Matchers = Omit<Rule, 'first' | 'is' | 'retryAfter'>;

const globPattern = (glob: string): string =>
  `^${glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`;

function isSelector(written: string): boolean {
  try {
    load('<p></p>').root().find(written);
    return true;
  } catch {
    return false;
  }
}
