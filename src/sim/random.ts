import { createHash } from 'node:crypto';

/** The next number in [0, 1). */
export type Random = () => number;

/**
 * A stream of its own for each seed and name, so that what one part draws never shifts another part's draws.
 * The generator is sfc32 (PractRand, public domain), its state the first 128 bits of SHA-256.
 */
export function randomStream(seed: string | number, ...names: readonly (string | number)[]): Random {
  const digest = createHash('sha256')
    .update([seed, ...names].join('\u0000'))
    .digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = digest.readInt32LE(12);
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}

/** Standard normal, by Box and Muller; always takes two draws. */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

const DIGITS = '0123456789';
const HEX = '0123456789abcdef';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export const digits = (random: Random, length: number): string => pick(random, DIGITS, length);
export const hex = (random: Random, length: number): string => pick(random, HEX, length);
export const base32 = (random: Random, length: number): string => pick(random, BASE32, length);

const pick = (random: Random, alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join('');
