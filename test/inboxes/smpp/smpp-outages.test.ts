import { expect, onTestFinished, test } from 'vitest';
import { InboxKeeper } from '../../../src/engine/receiving.ts';
import type { Fields } from 'smpp';
import { FakeClock } from '../../support/fake-clock.ts';
import { startFakeSmsc, type FakeSmsc } from '../../support/fake-smsc.ts';
import { takeMessages } from '../../support/taken.ts';
import { createInbox, deliver, part } from './stage.ts';

/** An SMSC keeps what was not acknowledged and sends it again, to whatever session there is. */
async function deliverUntilTaken(smsc: FakeSmsc, fields: Fields): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const session = await smsc.bound();
    const answer = await session.request('deliver_sm', { ...fields });
    if (answer?.command_status === 0) return tries;
  }
}

test('over refused binds, dropped connections and a store that is away, every message is stored exactly once', async () => {
  const smsc = await startFakeSmsc();
  const clock = new FakeClock();
  const taken = takeMessages();
  const seen: string[] = [];
  const keeper = new InboxKeeper('main', {
    inbox: createInbox(smsc, clock),
    clock,
    accept: taken.accept,
    notify: (event) => void (event.kind === 'inbox_changed' && seen.push(`${event.up} ${event.reason}`)),
    logger: { log: () => undefined },
  });
  const stop = new AbortController();
  const running = keeper.run(stop.signal);
  onTestFinished(async () => {
    stop.abort(new Error('the test is over'));
    await running;
  });

  smsc.bindStatus = 0x0d;
  await expect.poll(() => keeper.reason).toContain('ESME_RBINDFAIL');
  smsc.bindStatus = 0;
  await clock.advance(1000);
  const first = await smsc.bound();
  await expect.poll(() => keeper.up).toBe(true);

  // The acknowledgement of the first gets lost with the connection.
  const texts = ['code 100001', 'code 100002', 'code 100003'];
  await first.request('deliver_sm', deliver(texts[0] ?? ''));
  const half = first.request('deliver_sm', part(1, 2, 'code '));
  first.drop();
  expect(await half).toBeNull();
  await expect.poll(() => keeper.up).toBe(false);
  expect(keeper.reason).toMatch(/connection/);

  taken.down = true;
  await clock.advance(2000);
  const second = await smsc.bound();
  expect((await second.request('deliver_sm', deliver(texts[1] ?? '')))?.command_status).toBe(0x64);
  taken.down = false;
  const parts = [part(2, 2, '100009'), part(1, 2, 'code ')];
  await Promise.all(
    [...texts.map((text) => deliver(text)), ...parts].map((one) => deliverUntilTaken(smsc, one)),
  );

  expect(taken.messages.map(({ body }) => body).sort()).toEqual([...texts, 'code 100009']);
  expect(new Set(taken.messages.map(({ providerId }) => providerId)).size).toBe(4);
  expect(seen.map((one) => one.split(' ')[0])).toEqual(['false', 'true', 'false', 'true']);
});
