import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InboundMessage } from '../../src/domain/message.ts';
import { ConcatenatedParts, type Assembly } from '../../src/inboxes/concatenated-parts.ts';

const TEXTS = ['Your code ', 'is 493', '021. Do not share it.'];
const MINUTE = 60_000;

function part(number: number, more: { text?: string; id?: string; reference?: string; atMs?: number } = {}) {
  const { text = TEXTS[number - 1] ?? '', id = `id-${number}`, reference = '41', atMs = number } = more;
  const message: InboundMessage = {
    inbox: 'main',
    providerId: id,
    from: 'ACME',
    to: '+15005550111',
    body: text,
    arrived: { at: atMs, monotonicMs: atMs, boot: 'b1' },
    uncertaintyMs: 0,
    times: [],
    redacted: false,
  };
  return { message, reference, number, total: TEXTS.length };
}

const bodyOf = (assembly: Assembly) => (assembly.state === 'whole' ? assembly.message.body : assembly.state);

test('parts are joined in their order whatever order they come in, and came with the last of them', () => {
  for (const order of [
    [1, 2, 3],
    [3, 2, 1],
    [2, 3, 1],
    [3, 1, 2],
  ]) {
    const parts = new ConcatenatedParts();
    const states = order.map((number, index) => parts.add(part(number, { atMs: 100 * index })));
    expect(states.map(bodyOf)).toEqual(['waiting', 'waiting', TEXTS.join('')]);
    expect(states.at(-1)).toMatchObject({ message: { providerId: 'id-1', arrived: { monotonicMs: 200 } } });
  }
});

test('in any order and with any copies it is whole once all are here, with one id and one arrival', () => {
  const orders = fc
    .tuple(fc.shuffledSubarray([1, 2, 3], { minLength: 3 }), fc.array(fc.integer({ min: 1, max: 3 })))
    .chain(([all, copies]) =>
      fc.shuffledSubarray([...all, ...copies], { minLength: all.length + copies.length }),
    );
  fc.assert(
    fc.property(orders, (order) => {
      const parts = new ConcatenatedParts();
      const answers = order.map((number, index) => parts.add(part(number, { atMs: index })));
      const complete = order.findIndex((_number, index) => new Set(order.slice(0, index + 1)).size === 3);
      expect(answers.map((one) => one.state)).toEqual(
        order.map((_one, index) => (index < complete ? 'waiting' : 'whole')),
      );
      for (const whole of answers.slice(complete)) {
        expect(whole).toMatchObject({
          message: { providerId: 'id-1', body: TEXTS.join(''), arrived: { monotonicMs: complete } },
        });
      }
    }),
  );
});

test('until the whole is durable each part hands it over again; afterwards nothing is left to hand over', () => {
  const parts = new ConcatenatedParts();
  for (const number of [1, 2]) parts.add(part(number));
  const whole = parts.add(part(3));
  expect(bodyOf(parts.add(part(1)))).toBe(TEXTS.join(''));
  if (whole.state === 'whole') whole.kept();
  expect([1, 2, 3].map((number) => parts.add(part(number)).state)).toEqual(['kept', 'kept', 'kept']);
});

test('a copy by the carrier, with an id of its own, is no second message', () => {
  const parts = new ConcatenatedParts();
  parts.add(part(1));
  expect(parts.add(part(1, { id: 'copy' })).state).toBe('waiting');
  parts.add(part(2));
  expect(parts.add(part(3))).toMatchObject({ message: { providerId: 'id-1' } });
});

test('a reference that comes around again begins another message, also after the first is kept', () => {
  const parts = new ConcatenatedParts();
  parts.add(part(1));
  parts.add(part(2));
  expect(parts.add(part(1, { id: 'new-1', text: 'Another ' })).state).toBe('waiting');
  parts.add(part(2, { id: 'new-2', text: 'text ' }));
  const whole = parts.add(part(3, { id: 'new-3', text: 'altogether' }));
  expect(bodyOf(whole)).toBe('Another text altogether');
  if (whole.state === 'whole') whole.kept();
  expect(parts.add(part(1, { id: 'third-1' })).state).toBe('waiting');
});

test('other references, senders and receivers are other messages', () => {
  const parts = new ConcatenatedParts();
  parts.add(part(1));
  parts.add(part(2, { reference: '42', id: 'other' }));
  expect(parts.add(part(3))).toEqual({ state: 'waiting', have: 2 });
});

test('parts of which one never comes are forgotten after ten minutes, and may begin anew', () => {
  const parts = new ConcatenatedParts();
  parts.add(part(1, { atMs: 0 }));
  expect(parts.add(part(2, { atMs: 10 * MINUTE }))).toEqual({ state: 'waiting', have: 2 });
  expect(parts.add(part(3, { atMs: 10 * MINUTE + 1 }))).toEqual({ state: 'waiting', have: 1 });
});

test('what is held is bounded: the oldest go first, and nothing of them was acknowledged', () => {
  const parts = new ConcatenatedParts();
  for (let index = 0; index <= 200; index += 1) {
    parts.add(part(1, { reference: `${index}`, id: `first-${index}`, atMs: index }));
  }
  expect(parts.add(part(2, { reference: '0', id: 'second-0', atMs: 300 }))).toEqual({
    state: 'waiting',
    have: 1,
  });
  expect(parts.add(part(2, { reference: '200', id: 'second-200', atMs: 300 }))).toEqual({
    state: 'waiting',
    have: 2,
  });
});
