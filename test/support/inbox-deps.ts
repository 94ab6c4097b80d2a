import type { InboxDeps } from '../../src/ports/inbox.ts';
import { FakeClock } from './fake-clock.ts';

/** What an inbox named `main` is given, with a clock of the test's. */
export function inboxDeps(
  clock = new FakeClock(),
  publicUrl: string | null = 'https://sms.example.net',
): InboxDeps {
  return {
    name: 'main',
    clock,
    stamp: () => ({ at: clock.now(), monotonicMs: clock.monotonicMs(), boot: 'b1' }),
    numbers: ['+15005550111', '+15005550112'],
    publicUrl,
    logger: { log: () => undefined },
  };
}
