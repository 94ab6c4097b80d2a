import { expect, test } from 'vitest';
import { countSegments, rfc2822 } from '../../src/sim/twilio-shape.ts';

test('dates are RFC 2822, in UTC', () => {
  expect(rfc2822(Date.parse('2026-01-05T03:04:05.678Z'))).toBe('Mon, 05 Jan 2026 03:04:05 +0000');
});

test.each([
  ['a'.repeat(160), 1],
  ['a'.repeat(161), 2],
  ['a'.repeat(306), 2],
  ['a'.repeat(307), 3],
  ['é'.repeat(160), 1],
  ['世'.repeat(70), 1],
  ['世'.repeat(71), 2],
  ['', 1],
])('%# a text takes as many parts as the radio needs', (text, parts) => {
  expect(countSegments(text)).toBe(parts);
});
