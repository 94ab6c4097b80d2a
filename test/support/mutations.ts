import * as fc from 'fast-check';
import type { HookRequest } from '../../src/ports/inbox.ts';

/** Ways to spoil a valid request that know what it is made of: bytes, fields, headers, its address. */
export type Mutation = (request: HookRequest) => HookRequest;

const hostileText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-1',
    'null',
    '1e999',
    '__proto__',
    'constructor',
    '\0',
    '\r\nx: y',
    '%',
    '%zz',
  ),
  fc.constantFrom('a'.repeat(5000), '['.repeat(3000), '&'.repeat(400), '='.repeat(400), '.'.repeat(400)),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, [], {}, [[]], { length: 3 }, [null]),
  fc.jsonValue({ maxDepth: 2 }),
);

/** A place in something, as a part of its length. */
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const at = (part: number, length: number): number => Math.floor(part * length);

const bytes: fc.Arbitrary<Mutation> = fc
  .array(
    fc.record({
      from: place,
      length: fc.nat(20),
      put: fc.uint8Array({ maxLength: 20 }),
      copy: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((edits) => (request) => {
    const body = edits.reduce((whole, { from, length, put, copy }) => {
      const start = at(from, whole.length);
      const cut = whole.subarray(start, start + length);
      return Buffer.concat([
        whole.subarray(0, start),
        put,
        whole.subarray(copy ? start : start + cut.length),
      ]);
    }, request.body);
    return { ...request, body };
  });

const cutOff: fc.Arbitrary<Mutation> = place.map((part) => (request) => {
  return { ...request, body: request.body.subarray(0, at(part, request.body.length)) };
});

const noise: fc.Arbitrary<Mutation> = fc
  .oneof(
    fc.uint8Array({ maxLength: 300 }).map((raw) => Buffer.from(raw)),
    fc.json().map((json) => Buffer.from(json)),
  )
  .map((body) => (request) => ({ ...request, body }));

const fields: fc.Arbitrary<Mutation> = fc
  .record({
    which: place,
    name: fc.option(hostileText),
    value: fc.option(hostileValue),
    deeper: fc.boolean(),
  })
  .map((change) => (request) => {
    const json = readJson(request.body);
    if (json !== null) return { ...request, body: Buffer.from(JSON.stringify(changeJson(json, change))) };
    if (request.body.length > 0)
      return { ...request, body: Buffer.from(changeForm(request.body.toString(), change)) };
    const [path = '', query = ''] = request.url.split('?', 2);
    return { ...request, url: `${path}?${changeForm(query, change)}` };
  });

const headers: fc.Arbitrary<Mutation> = fc
  .record({ which: place, value: fc.option(hostileText), cut: fc.option(place) })
  .map(({ which, value, cut }) => (request) => {
    const entries = Object.entries(request.headers);
    const [name = '', old = ''] = entries[at(which, entries.length)] ?? [];
    if (value === null && cut === null) {
      return { ...request, headers: Object.fromEntries(entries.filter(([one]) => one !== name)) };
    }
    const changed = cut === null ? (value ?? '') : old.slice(0, at(cut, old.length)) + (value ?? '');
    return { ...request, headers: { ...request.headers, [name]: changed } };
  });

const address: fc.Arbitrary<Mutation> = fc
  .record({ query: hostileText, instead: fc.boolean() })
  .map(({ query, instead }) => (request) => {
    const url = instead
      ? `/hooks/main?${query}`
      : `${request.url}${request.url.includes('?') ? '&' : '?'}${query}`;
    return { ...request, url };
  });

const method: fc.Arbitrary<Mutation> = fc
  .constantFrom('GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', '', 'post')
  .map((name) => (request) => ({ ...request, method: name }));

const one = fc.oneof(bytes, cutOff, noise, fields, fields, headers, headers, address, method);

/** One to three of them, one after the other. */
export const mutation: fc.Arbitrary<Mutation> = fc
  .array(one, { minLength: 1, maxLength: 3 })
  .map((all) => (request) => all.reduce((spoilt, mutate) => mutate(spoilt), request));

interface Change {
  readonly which: number;
  readonly name: string | null;
  readonly value: unknown;
  readonly deeper: boolean;
}

function readJson(body: Buffer): unknown {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    return typeof json === 'object' ? json : null;
  } catch {
    return null;
  }
}

/** Renames, drops or replaces one field, of the document or of one within it. */
function changeJson(json: unknown, change: Change): unknown {
  if (typeof json !== 'object' || json === null) return change.value;
  const entries = Object.entries(json);
  const index = at(change.which, entries.length);
  const [name, value]: [string, unknown] = entries[index] ?? ['', null];
  const inner = typeof value === 'object' && value !== null && change.deeper;
  const changed = inner
    ? changeJson(value, { ...change, which: (change.which * entries.length) % 1 })
    : change.value;
  const kept = change.value === null && change.name === null ? [] : [[change.name ?? name, changed]];
  const whole = [...entries.slice(0, index), ...kept, ...entries.slice(index + 1)];
  return Array.isArray(json) ? whole.map(([, entry]) => entry) : Object.fromEntries(whole);
}

function changeForm(form: string, { which, name, value, deeper }: Change): string {
  const pairs = [...new URLSearchParams(form)];
  const index = at(which, pairs.length);
  const [oldName, oldValue] = pairs[index] ?? ['', ''];
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const changed: [string, string] = [name ?? oldName, value === null ? oldValue : text];
  const dropped = name === null && value === null;
  // `deeper` sends the field twice.
  pairs.splice(index, deeper ? 0 : 1, ...(dropped ? [] : [changed]));
  return String(new URLSearchParams(pairs));
}
