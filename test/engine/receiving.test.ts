import { afterEach, describe, expect, test } from 'vitest';
import { AttemptFailure } from '../../src/domain/failure.ts';
import type { InboundMessage } from '../../src/domain/message.ts';
import { InboxKeeper } from '../../src/engine/receiving.ts';
import type { Accept, Inbox } from '../../src/ports/inbox.ts';
import type { ProbeEvent } from '../../src/ports/observer.ts';
import { buildSpec, createEngineWorld, NUMBERS, type EngineWorld } from '../support/engine-world.ts';
import { FakeClock } from '../support/fake-clock.ts';

let world: EngineWorld | null = null;

afterEach(async () => {
  await world?.stop();
  world = null;
});

/** A provider that is polled; the test decides what it has and whether it answers. */
function polledInbox(everyMs = 3_600_000) {
  const provider = { up: true, asked: 0, has: [] as InboundMessage[] };
  const inbox: Inbox = {
    poll: {
      everyMs,
      fetch: async () => {
        provider.asked += 1;
        if (!provider.up) throw new AttemptFailure('receiver_down', 'the provider answered 401');
        return provider.has.splice(0);
      },
    },
  };
  return { inbox, provider };
}

async function start(inbox: Inbox) {
  world = await createEngineWorld({ inbox });
  await world.clock.advance(1);
  const started = await world.engine.scheduler.run(buildSpec(), 'manual');
  if (!started.started) throw new Error(started.detail);
  return { world, finished: started.finished };
}

const message = (clock: FakeClock): InboundMessage => ({
  inbox: 'rack',
  providerId: 'm1',
  to: NUMBERS['us-a'] ?? '',
  from: 'ACME',
  body: '482913',
  arrived: { at: clock.now(), monotonicMs: clock.monotonicMs(), boot: 'boot-1' },
  uncertaintyMs: 30_000,
  times: [],
  redacted: false,
});

describe('an inbox that is polled', () => {
  test('is asked once more at the deadline, so that a code that is there is never overdue', async () => {
    const { inbox, provider } = polledInbox();
    const { world, finished } = await start(inbox);
    await world.clock.advance(10_000);
    provider.has.push(message(world.clock));
    await world.clock.advance(50_000);
    const attempt = await finished;
    expect(attempt).toMatchObject({
      outcome: 'ok',
      code: { deliveryMs: 10_000, uncertaintyMs: 30_000, overdue: false },
    });
    expect(provider.asked).toBe(2);
  });

  test('that cannot be asked makes nothing overdue and nothing lost: the receiver is down', async () => {
    const { inbox, provider } = polledInbox();
    const { world, finished } = await start(inbox);
    provider.up = false;
    await world.clock.advance(300_001);
    const attempt = await finished;
    expect(attempt).toMatchObject({
      outcome: 'receiver_down',
      fault: 'receiver',
      code: { result: 'unmeasured' },
    });
    expect(world.events.some((event) => event.kind === 'code_overdue')).toBe(false);
  });

  test('that is back by the expiry is believed then', async () => {
    const { inbox, provider } = polledInbox();
    const { world, finished } = await start(inbox);
    provider.up = false;
    await world.clock.advance(100_000);
    provider.up = true;
    await world.clock.advance(200_001);
    expect((await finished).outcome).toBe('lost');
  });

  test('tells once when it goes down and once when it is back', async () => {
    const { inbox, provider } = polledInbox(1000);
    world = await createEngineWorld({ inbox });
    provider.up = false;
    await world.clock.advance(5000);
    provider.up = true;
    await world.clock.advance(5000);
    const told = world.events.flatMap((event) => (event.kind === 'inbox_changed' ? [event.up] : []));
    expect(told).toEqual([false, true]);
    const failures = world.events.filter((event) => event.kind === 'inbox_failed');
    expect(failures.length).toBeGreaterThan(2);
    expect(failures[0]).toMatchObject({ error: 'poll' });
  });

  test('that never answers is given up after ten seconds', async () => {
    const inbox: Inbox = {
      poll: {
        everyMs: 60_000,
        fetch: (signal) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error));
          }),
      },
    };
    world = await createEngineWorld({ inbox });
    await world.clock.advance(10_000);
    expect(world.events.at(-1)).toMatchObject({ kind: 'inbox_changed', up: false });
  });
});

describe('an inbox that holds a session', () => {
  test('is opened again with growing pauses, and hands on what it is pushed', async () => {
    const clock = new FakeClock();
    const events: ProbeEvent[] = [];
    const accepted: string[] = [];
    const opened: number[] = [];
    const sessions: { end: () => void; accept: Accept }[] = [];
    let refuse = 2;
    const inbox: Inbox = {
      connect: async (accept) => {
        opened.push(clock.monotonicMs());
        if ((refuse -= 1) >= 0) throw new Error('bind refused');
        return { ended: new Promise<void>((resolve) => void sessions.push({ end: resolve, accept })) };
      },
    };
    const stop = new AbortController();
    const keeper = new InboxKeeper('smsc', {
      inbox,
      clock,
      accept: async (messages) => void accepted.push(...messages.map((one) => one.providerId)),
      notify: (event) => void events.push(event),
      logger: { log: () => undefined },
    });
    const running = keeper.run(stop.signal);
    await clock.advance(10_000);
    expect(opened.map((at) => at - (opened[0] ?? 0))).toEqual([0, 1000, 3000]);
    expect(keeper.up).toBe(true);
    await sessions[0]?.accept([message(clock)]);
    expect(accepted).toEqual(['m1']);
    sessions[0]?.end();
    await clock.advance(1000);
    expect(opened).toHaveLength(4);
    stop.abort(new Error('done'));
    sessions[1]?.end();
    await clock.advance(0);
    await running;
    const told = events.map((event) => (event.kind === 'inbox_changed' ? event.up : event));
    const failed = { kind: 'inbox_failed', inbox: 'smsc', error: 'session' };
    // Refused twice, ended once.
    expect(told).toEqual([failed, false, failed, true, failed, false, true]);
  });

  const keep = (connect: NonNullable<Inbox['connect']>, clock = new FakeClock()) => {
    const events: ProbeEvent[] = [];
    const stop = new AbortController();
    const keeper = new InboxKeeper('smsc', {
      inbox: { connect },
      clock,
      accept: async () => undefined,
      notify: (event) => void events.push(event),
      logger: { log: () => undefined },
    });
    const running = keeper.run(stop.signal);
    const end = async () => {
      stop.abort(new Error('done'));
      await running;
    };
    return { clock, keeper, events, end };
  };

  test('hears nothing until the session is open, and tells its first failure', async () => {
    const { clock, keeper, events, end } = keep(async () => {
      throw new Error('bind refused');
    });
    expect([keeper.up, keeper.reason]).toEqual([false, 'its session is being opened']);
    await clock.advance(0);
    await keeper.opened;
    const changed = { kind: 'inbox_changed', inbox: 'smsc', up: false, reason: 'bind refused' };
    expect(events).toContainEqual(changed);
    await end();
  });

  test('is not hammered when its sessions end as soon as they are open, and says why they did', async () => {
    const opened: number[] = [];
    const clock = new FakeClock();
    const { keeper, end } = keep(async () => {
      opened.push(clock.monotonicMs() - 1000);
      return { ended: Promise.reject(new Error('the SMSC ended the session (unbind)')) };
    }, clock);
    await clock.advance(15_000);
    expect(opened).toEqual([0, 1000, 3000, 7000, 15_000]);
    expect(keeper.reason).toBe('the SMSC ended the session (unbind)');
    await end();
  });
});
