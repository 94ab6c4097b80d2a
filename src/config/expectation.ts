import type { z } from 'zod';
import { listed } from './suggest.ts';

type RawIssue = z.core.$ZodRawIssue;

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map of settings',
  record: 'a map of names',
  array: 'a list',
  null: 'nothing',
};

/** What zod wanted, in the words of this product; a schema's own message goes before it. */
export function expectation(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type': {
      const quotes =
        issue.expected === 'string' && ['number', 'boolean'].includes(typeof issue.input) ? ' in quotes' : '';
      return `expected ${TYPE_WORDS[issue.expected] ?? issue.expected}${quotes}`;
    }
    case 'invalid_value':
      return `expected ${oneOf(issue.values.map(String))}`;
    case 'too_small':
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${amount(issue.maximum, issue.origin)}`;
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return `expected ${issue.format === 'regex' ? `a text that matches ${issue.pattern ?? ''}` : issue.format}`;
    case 'invalid_union':
      return `expected ${oneOf(unionChoices(issue))}`;
    case 'unrecognized_keys':
      return 'unknown key';
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
    default:
      return 'expected another value';
  }
}

function amount(bound: number | bigint, origin: string): string {
  if (origin === 'string') return `${bound} ${bound === 1 ? 'character' : 'characters'}`;
  if (origin === 'array' || origin === 'set') return `${bound} ${bound === 1 ? 'entry' : 'entries'}`;
  return String(bound);
}

const oneOf = (choices: readonly string[]): string =>
  choices.length > 1 ? `one of: ${listed(choices)}` : listed(choices);

/** The kinds among which a discriminator chooses. */
export function unionChoices(issue: object): string[] {
  return 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
}
