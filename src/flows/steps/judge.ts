import type { EpochMs } from '../../domain/units.ts';
import { describe } from '../http/answer.ts';
import { asText, atPointer } from '../../domain/json-pointer.ts';
import { parseRetryAfter } from './retry-after.ts';
import type { Expected, Matchers, Rule } from './rule-schema.ts';
import type { Source } from './source.ts';
import { fill, type Values } from './template.ts';
import { MAX_SEARCHED, type View } from './view.ts';
import type { Judgement, Word } from './word.ts';

/** What an answer is judged by. */
export interface Rules {
  /** First match wins; undefined: any 2xx means `next`. */
  readonly when: readonly Rule[] | undefined;
  /** Where the target says how long to back off; by default the header Retry-After. */
  readonly retryAfter: Source | undefined;
  readonly values: Values;
  /** The request in words, e.g. `POST /session`. */
  readonly asked: string;
  readonly now: EpochMs;
}

/** What an answer means, by the step's rules and the built-in ones. */
export async function judge(view: View, rules: Rules): Promise<Judgement> {
  const answered = `${rules.asked} answered ${describe(view.answer)}`;
  const say = async (word: Word, why: string, source?: Source): Promise<Judgement> => ({
    word,
    why,
    retryAfterMs: word === 'rate_limited' ? await backOffMs(view, rules, source) : null,
  });
  for (const [index, rule] of (rules.when ?? []).entries()) {
    if (!(await matchesRule(view, rule, rules.values))) continue;
    return say(rule.is, `${answered}: rule ${index + 1} of the step says ${rule.is}`, rule.retryAfter);
  }
  const { status } = view.answer;
  if (rules.when === undefined && isSuccess(status)) return say('next', answered);
  if (status === 429) return say('rate_limited', answered);
  if (status >= 500) return say('target_unreachable', answered);
  const expected = rules.when ? `none of the step's ${rules.when.length} rules matches` : 'expected a 2xx';
  return say('target_unreachable', `${answered}: ${expected}`);
}

async function backOffMs(view: View, rules: Rules, own: Source | undefined): Promise<number | null> {
  const source = own ?? rules.retryAfter;
  const written = source ? await source.read(view) : (view.answer.headers['retry-after'] ?? null);
  return parseRetryAfter(written, rules.now);
}

/** A rule that names no status is for 2xx alone. */
async function matchesRule(view: View, rule: Rule, values: Values): Promise<boolean> {
  if (rule.status === undefined && !isSuccess(view.answer.status)) return false;
  if (!(await matches(view, rule, values))) return false;
  return rule.first === undefined || matches(view.first(), rule.first, values);
}

/** Cheap matchers first: a page is only read when a rule comes to depend on it. */
async function matches(view: View, wanted: Matchers, values: Values): Promise<boolean> {
  const { answer } = view;
  if (wanted.status !== undefined && !statusMatches(answer.status, wanted.status)) return false;
  if (wanted.path && !wanted.path.test(answer.url.pathname)) return false;
  if (!everyEntry(wanted.header, values, (name) => answer.headers[name.toLowerCase()])) return false;
  if (typeof wanted.cookie === 'string' && answer.cookies[wanted.cookie] === undefined) return false;
  if (
    typeof wanted.cookie === 'object' &&
    !everyEntry(wanted.cookie, values, (name) => answer.cookies[name])
  ) {
    return false;
  }
  if (wanted.json && !everyEntry(wanted.json, values, (pointer) => atPointer(view.json(), pointer))) {
    return false;
  }
  if (wanted.has !== undefined && !(await hasElement(view, wanted.has))) return false;
  if (wanted.text && !wanted.text.test(await view.text())) return false;
  return !wanted.notText || !wanted.notText.test(await view.text());
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

function statusMatches(status: number, wanted: NonNullable<Matchers['status']>): boolean {
  if (Array.isArray(wanted)) return wanted.some((one) => statusMatches(status, one));
  return typeof wanted === 'number' ? status === wanted : wanted.startsWith(`${Math.floor(status / 100)}`);
}

function everyEntry(
  wanted: Readonly<Record<string, Expected>> | undefined,
  values: Values,
  find: (name: string) => unknown,
): boolean {
  return Object.entries(wanted ?? {}).every(([name, expected]) => {
    const found = find(name);
    if (found === undefined) return false;
    const text = asText(found);
    if ('text' in expected) return text === fill(expected.text, values);
    return expected.pattern.test(text.slice(0, MAX_SEARCHED));
  });
}

async function hasElement(view: View, selector: string): Promise<boolean> {
  const page = await view.page();
  return page !== null && page.root().find(selector).length > 0;
}
