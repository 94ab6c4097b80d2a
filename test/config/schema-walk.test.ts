import { expect, test } from 'vitest';
import { z } from 'zod';
import { isWriteOnly, knownKeys } from '../../src/config/schema-walk.ts';
import { showPath } from '../../src/config/path.ts';
import { shown } from '../../src/config/shown.ts';
import { secret } from '../../src/ports/settings.ts';

const kinds = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('a'), key: secret() }),
  z.strictObject({ kind: z.literal('b'), key: z.string() }),
]);
const root = z.strictObject({
  plain: z.string().default(''),
  list: z.union([z.string(), z.array(secret())]).transform((value) => value),
  entries: z.record(z.string(), kinds).prefault({}),
  maybe: secret().optional(),
});

test('secrets are found through defaults, records, alternatives, lists and transformations', () => {
  const data = { entries: { x: { kind: 'a', key: 1 }, y: { kind: 'b', key: 1 } }, list: [1] };
  const hidden = (...path: (string | number)[]) => isWriteOnly(root, path, data);
  expect(hidden('entries', 'x', 'key')).toBe(true);
  expect(hidden('entries', 'y', 'key')).toBe(false);
  expect(hidden('list', 0)).toBe(true);
  expect(hidden('maybe')).toBe(true);
  expect(hidden('plain')).toBe(false);
  expect(hidden('entries', 'x', 'key', 'deeper')).toBe(false);
});

test('the known keys of a map are those of the kind that it says it is', () => {
  expect(knownKeys(root, ['entries', 'x'], { entries: { x: { kind: 'b' } } })).toEqual(['kind', 'key']);
  expect(knownKeys(root, ['entries'], {})).toBeNull();
});

test('paths and values are shown without numbers, secrets after a colon, or characters that move the cursor', () => {
  expect(showPath(['phones', '+15005550111', 'x'])).toBe('phones.+1•••0111.x');
  expect(showPath(['a', 'password:hunter2', 3])).toBe('a.password:…[3]');
  expect(showPath(['a\u001b[2J'])).toBe('a·[2J');
  expect(shown('+1 (500) 555-0111')).toBe('+1•••0111');
  expect(shown(15005550111)).toBe('+1•••0111');
  expect(shown('postgres://u:hunter2@db')).toBe('"postgres://[secret]@db"');
  expect(shown(`a\n${'b'.repeat(100)}`)).toHaveLength(62);
  expect([shown([1]), shown({}), shown(null), shown(true)]).toEqual(['a list', 'a map', 'nothing', 'true']);
});
