/** What stands for the names in `{{name}}`. */
export type Values = Readonly<Record<string, string>>;

const HOLE = /\{\{\s*([A-Za-z_][A-Za-z0-9_.-]{0,63})\s*\}\}/g;

/** Fills the holes of a text. Throws an Error that names the missing value. */
export const fill = (text: string, values: Values, encode: (value: string) => string = same): string =>
  text.replace(HOLE, (_, name: string) => encode(valueOf(values, name)));

/**
 * Fills a path: values are percent-encoded, but for one at the very start, which is an address that the target
 * gave.
 */
export function fillPath(path: string, values: Values): string {
  const leading = /^\{\{\s*[A-Za-z_][A-Za-z0-9_.-]{0,63}\s*\}\}/.exec(path)?.[0] ?? '';
  return fill(leading, values) + fill(path.slice(leading.length), values, encodeURIComponent);
}

/** Fills every text within a JSON value. */
export function fillJson(value: unknown, values: Values): unknown {
  if (typeof value === 'string') return fill(value, values);
  if (Array.isArray(value)) return value.map((item) => fillJson(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [fill(key, values), fillJson(item, values)]),
  );
}

export const fillAll = (texts: Readonly<Record<string, string>>, values: Values): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fill(text, values)]));

/** The names that the texts within a value need, and what looks like a hole but is none. */
export function holesIn(value: unknown): { names: readonly string[]; unreadable: readonly string[] } {
  const texts = textsIn(value);
  const names = texts.flatMap((text) => [...text.matchAll(HOLE)].map((match) => match[1] ?? ''));
  const unreadable = texts.filter((text) => text.replace(HOLE, '').includes('{{'));
  return { names: [...new Set(names)], unreadable };
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [...textsIn(item), key]);
}

function valueOf(values: Values, name: string): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) {
    const known = Object.keys(values).sort().join(', ');
    throw new Error(`the flow uses {{${name}}}, which has no value here; known are: ${known}`);
  }
  return value;
}

const same = (value: string): string => value;
