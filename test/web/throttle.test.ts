import { expect, test } from 'vitest';
import { createThrottle, networkOf } from '../../src/web/throttle.ts';
import { FakeClock } from '../support/fake-clock.ts';

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['unknown', 'unknown'],
])('%s stands for %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('who owns a whole IPv6 network guesses no faster than who owns one address', () => {
  const throttle = createThrottle(new FakeClock());
  for (let host = 1; host <= 10; host += 1) throttle.fail(`2001:db8:1:2::${host}`);
  expect(() => throttle.demand('2001:db8:1:2::ffff')).toThrow('too many wrong tokens');
  expect(() => throttle.demand('2001:db8:1:3::1')).not.toThrow();
});

test('a flood of addresses does not fill the memory, and does not wipe who failed last', () => {
  const throttle = createThrottle(new FakeClock());
  for (let index = 0; index < 30_000; index += 1)
    throttle.fail(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);
  for (let count = 0; count < 10; count += 1) throttle.fail('192.0.2.1');
  expect(() => throttle.demand('192.0.2.1')).toThrow('too many wrong tokens');
});

test('a failure that is taken back does not count', () => {
  const throttle = createThrottle(new FakeClock());
  for (let count = 0; count < 20; count += 1) {
    throttle.fail('192.0.2.1');
    throttle.forgive('192.0.2.1');
  }
  expect(() => throttle.demand('192.0.2.1')).not.toThrow();
});
