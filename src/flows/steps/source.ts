import { z } from 'zod';
import { compilePattern } from '../../domain/pattern.ts';
import { asText, atPointer, isPointer } from '../../domain/json-pointer.ts';
import { MAX_SEARCHED, type View } from './view.ts';

/** Where in an answer a value is found, e.g. `json:/token`. */
export interface Source {
  readonly written: string;
  /** null where the answer has no such value. */
  read(view: View): Promise<string | null>;
}

type Reader = Source['read'];

/** By prefix: how what follows the colon becomes a reader; throws an Error that says what is wrong with it. */
const READERS: Readonly<Record<string, (argument: string) => Reader>> = {
  json(pointer) {
    if (!isPointer(pointer)) throw new Error('expected a JSON pointer such as json:/session/token');
    return async (view) => {
      const value = atPointer(view.json(), pointer);
      return value === undefined || value === null ? null : asText(value);
    };
  },
  // Redirects carry headers too, so the answer before them is asked next.
  header: (name) => async (view) =>
    view.answer.headers[name.toLowerCase()] ?? view.first().answer.headers[name.toLowerCase()] ?? null,
  cookie: (name) => async (view) => view.answer.cookies[name] ?? null,
  input: (name) => async (view) => {
    const page = await view.page();
    const field = page?.('input, select, textarea, button')
      .filter((_, element) => element.attribs['name'] === name)
      .first();
    return field?.attr('value') ?? null;
  },
  regex(written) {
    const pattern = compilePattern(written);
    return async (view) => pattern.capture(view.answer.text.slice(0, MAX_SEARCHED));
  },
};

/** A source as it is written in a flow. */
export const source = () =>
  z.string().transform((written, context): Source => {
    const colon = written.indexOf(':');
    const reader = READERS[written.slice(0, Math.max(colon, 0))];
    const argument = written.slice(colon + 1);
    try {
      if (!reader || argument === '') {
        throw new Error('expected json:/POINTER, header:NAME, cookie:NAME, input:NAME or regex:PATTERN');
      }
      return { written, read: reader(argument) };
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  });
