import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAttemptKeys, sealTo } from '../../src/engine/sealing.ts';

const keys = createAttemptKeys();

test('what is sealed to an attempt, only that attempt opens', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
      const box = sealTo(keys.publicKey, text);
      expect(keys.open(box)).toBe(Buffer.from(text, 'utf8').toString('utf8'));
      expect(() => createAttemptKeys().open(box)).toThrow();
    }),
    { numRuns: 50 },
  );
});

test('a box that was changed anywhere does not open', () => {
  const box = sealTo(keys.publicKey, '482913 is your code');
  for (let index = 0; index < box.length; index += 7) {
    const changed = Uint8Array.from(box);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(() => keys.open(changed)).toThrow();
  }
  expect(() => keys.open(box.subarray(0, 20))).toThrow();
});

test('two boxes of one text have nothing in common that could be compared', () => {
  const [one, two] = [sealTo(keys.publicKey, '482913'), sealTo(keys.publicKey, '482913')];
  expect(Buffer.from(one).equals(Buffer.from(two))).toBe(false);
  expect(Buffer.from(one).includes('482913')).toBe(false);
});
