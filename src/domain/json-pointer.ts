/** What an RFC 6901 pointer points at; undefined where there is nothing. */
export function atPointer(document: unknown, pointer: string): unknown {
  if (pointer === '') return document;
  let value = document;
  for (const written of pointer.slice(1).split('/')) {
    const key = written.replace(/~1/g, '/').replace(/~0/g, '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

export const isPointer = (text: string): boolean => text === '' || /^(\/([^~]|~[01])*)$/.test(text);

/** A value as text, for patterns, comparisons and templates. */
export const asText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
