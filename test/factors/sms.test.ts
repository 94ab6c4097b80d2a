import { expect, test } from 'vitest';
import { compilePattern } from '../../src/domain/pattern.ts';
import { smsFactor } from '../../src/factors/sms.ts';

test('the sms factor waits for a message and reads the code in it', () => {
  expect(smsFactor.delivered).toBe(true);
  expect(smsFactor.read('Your Acme code is 482913.', null)).toEqual({ found: 'code', code: '482913' });
});

test("the sms factor keeps to the probe's pattern", () => {
  const pattern = compilePattern('order (?<code>[0-9]{4})');
  expect(smsFactor.read('Code 482913 for order 7741', pattern)).toEqual({ found: 'code', code: '7741' });
});
