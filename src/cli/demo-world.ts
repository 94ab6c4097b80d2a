import type { WorldOptions } from '../sim/world.ts';

/**
 * An alarm needs bad codes over three minutes, and a phone whose code was lost rests for ten: with a code every half
 * minute and confirmations between, fewer phones would all be resting before anything could be said.
 */
const PHONES = 12;
/** Of the range that is set aside for fiction (https://nanpa.com, 555-01XX). */
const FIRST_NUMBER = 12025550111;

const phoneName = (index: number): string => `us-${String.fromCodePoint('a'.charCodeAt(0) + index)}`;

/** What the demo simulates: two carriers, with half of the phones each. */
export const DEMO_WORLD: WorldOptions = {
  phones: Array.from({ length: PHONES }, (_, index) => ({
    name: phoneName(index),
    number: `+${FIRST_NUMBER + index}`,
    carrier: index < PHONES / 2 ? 'carrier-a' : 'carrier-b',
  })),
  accounts: [
    ...Array.from({ length: PHONES }, (_, index) => ({
      username: `sms-${index + 1}`,
      phone: phoneName(index),
    })),
    { username: 'totp-1' },
    { username: 'totp-2' },
  ],
};
