import { z } from 'zod';
import { pattern } from '../../ports/settings.ts';
import { checkSteps } from './check-steps.ts';
import { css, rule } from './rule-schema.ts';
import { source } from './source.ts';
import { STEP_STAGES } from './word.ts';

export const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;
const named = <T extends z.ZodType>(value: T) =>
  z.record(z.string(), value).superRefine((written, context) => {
    for (const key of Object.keys(written).filter((key) => !NAME.test(key))) {
      const message = `expected a name of letters, digits, _ . - that starts with a letter, found ${key}`;
      context.addIssue({ code: 'custom', path: [key], message });
    }
  });
const path = () =>
  z
    .string()
    .min(1)
    .refine(
      (text) => !/\s/.test(text.replace(/\{\{.*?\}\}/g, '')),
      'expected a path such as /login, no blanks',
    );
const texts = () =>
  z.record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean()]).transform((value) => String(value)),
  );

const step = z
  .strictObject({
    stage: z.enum(STEP_STAGES),
    get: path().optional(),
    post: path().optional(),
    put: path().optional(),
    patch: path().optional(),
    delete: path().optional(),
    submit: css().optional(),
    json: z.json().optional(),
    form: texts().optional(),
    headers: texts().optional(),
    fields: texts().optional(),
    pick: z.record(z.string(), pattern()).optional(),
    sends: z.boolean().optional(),
    when: z.array(rule).min(1).optional(),
    save: named(source()).optional(),
    retryAfter: source().optional(),
  })
  .superRefine((written, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    const asks = [...METHODS, 'submit' as const].filter((key) => written[key] !== undefined);
    if (asks.length !== 1) {
      const found = asks.length === 0 ? 'none' : asks.join(' and ');
      refuse(`expected exactly one of get, post, put, patch, delete or submit; found ${found}`);
    }
    if (written.json !== undefined && written.form) refuse('expected json or form, found both');
    if (written.submit !== undefined && (written.json !== undefined || written.form)) {
      refuse('a submit takes fields and pick; found json or form');
    }
    if (written.submit === undefined && (written.fields || written.pick)) {
      refuse('fields and pick go with submit; a post takes form or json');
    }
    if (written.get !== undefined && (written.json !== undefined || written.form)) {
      refuse('a get has no body; found json or form');
    }
  });

export type Step = z.output<typeof step>;

/** The settings of `kind: http`. */
export const stepsSettings = z
  .strictObject({
    /** Values for templates; an account's own `vars` win. */
    vars: named(z.string()).optional(),
    /** Sent with every step; a step's own win. */
    headers: texts().optional(),
    /** For every step that names none of its own. */
    retryAfter: source().optional(),
    steps: z.array(step).min(1),
  })
  .superRefine((settings, context) => {
    for (const fault of checkSteps(settings)) {
      context.addIssue({ code: 'custom', path: [...fault.path], message: fault.message });
    }
  });

export type StepsSettings = z.output<typeof stepsSettings>;
