import type { WireAnswer } from './exchange.ts';

/** An answer as rules and flows see it. */
export interface Answer {
  readonly status: number;
  /** Lower-case names; repeated headers joined by `, `, all but set-cookie. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Where it came from, after redirects. */
  readonly url: URL;
  /** The same as people may see it: no query, secrets covered. */
  readonly shown: string;
  /** What the cookie jar holds for that address now. */
  readonly cookies: Readonly<Record<string, string>>;
  /** The answer before redirects; null where there were none. */
  readonly first: Answer | null;
}

export const isHtml = (answer: Answer): boolean => {
  const type = answer.headers['content-type'] ?? '';
  return type === '' ? /^\s*</.test(answer.text) : /html/i.test(type);
};

/** How an answer is named in messages: nothing of its content. */
export const describe = (answer: Answer): string => {
  const type = (answer.headers['content-type'] ?? 'no content type').split(';')[0] ?? '';
  return `${answer.status} (${type.slice(0, 60)}, ${answer.text.length} characters)`;
};

export const joinHeaders = (headers: WireAnswer['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : `${value}`]),
  );

export const setCookies = (headers: WireAnswer['headers']): string[] => {
  const value = headers['set-cookie'];
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
};
