import { expect, test } from 'vitest';
import { digits, normal, randomStream } from '../../src/sim/random.ts';

const take = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);

test('one seed and name give one stream, another name another', () => {
  expect(take(5, randomStream(7, 'a'))).toEqual(take(5, randomStream(7, 'a')));
  expect(take(5, randomStream(7, 'a'))).not.toEqual(take(5, randomStream(7, 'b')));
  expect(take(5, randomStream(7, 'a'))).not.toEqual(take(5, randomStream(8, 'a')));
});

test('names are told apart even where they read the same when put together', () => {
  expect(take(3, randomStream(1, 'ab', 'c'))).not.toEqual(take(3, randomStream(1, 'a', 'bc')));
});

test('draws lie evenly in [0, 1)', () => {
  const drawn = take(20_000, randomStream('even'));
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...drawn)).toBeLessThan(1);
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const share = drawn.filter((value) => Math.floor(value * 10) === tenth).length / drawn.length;
    expect(share).toBeCloseTo(0.1, 1);
  }
});

test('normal draws have mean 0 and deviation 1', () => {
  const random = randomStream('normal');
  const drawn = take(20_000, () => normal(random));
  const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
  const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length;
  expect(Math.abs(mean)).toBeLessThan(0.02);
  expect(Math.abs(variance - 1)).toBeLessThan(0.03);
});

test('a code is as long as asked for, and may begin with a zero', () => {
  const random = randomStream('codes');
  const codes = Array.from({ length: 200 }, () => digits(random, 6));
  expect(codes.every((code) => /^[0-9]{6}$/.test(code))).toBe(true);
  expect(codes.some((code) => code.startsWith('0'))).toBe(true);
});
