import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RateLimited, LoginRefused, CodeRejected, AttemptFailure } from '../../src/domain/failure.ts';
import { SKIPS } from '../../src/domain/outcome.ts';
import type { ProbeSpec } from '../../src/engine/probe-spec.ts';
import { pauseProbe, resumeProbe, startMaintenance } from '../../src/engine/probe-switch.ts';
import type { Inbox } from '../../src/ports/inbox.ts';
import type { OwnFactor } from '../../src/ports/second-factor.ts';
import { StoreDown } from '../../src/ports/store.ts';
import {
  buildSpec,
  createEngineWorld,
  phoneAccount,
  scriptedFlow,
  type EngineWorld,
} from '../support/engine-world.ts';

let world: EngineWorld;

beforeEach(async () => {
  world = await createEngineWorld();
});

afterEach(async () => {
  await world.stop();
});

const skips = () => world.events.flatMap((event) => (event.kind === 'tick_skipped' ? [event.reason] : []));
const outcomes = () =>
  world.events.flatMap((event) => (event.kind === 'attempt_finished' ? [event.attempt.outcome] : []));
const started = () =>
  world.events.flatMap((event) => (event.kind === 'attempt_started' ? [event.plan.account] : []));

/** Follows the probes and lets one tick of them happen now. */
async function tick(...specs: ProbeSpec[]): Promise<void> {
  await world.clock.advance(1);
  world.engine.scheduler.follow(specs);
  world.ticker.fire('every', world.clock.now());
  await world.clock.advance(0);
}

async function answered(body = '482913'): Promise<void> {
  await world.receive({ body });
  await world.clock.advance(0);
}

const diskFull = () => Promise.reject(new StoreDown('disk full'));

describe('a tick', () => {
  test('starts an attempt, and tells how late it was taken', async () => {
    await tick(buildSpec());
    await answered();
    expect(outcomes()).toEqual(['ok']);
    expect(world.events.find((event) => event.kind === 'tick_taken')).toMatchObject({ lagMs: 0 });
  });

  test('waits for its jitter', async () => {
    await tick(buildSpec({ jitterMs: 10_000 }));
    expect(started()).toEqual([]);
    await world.clock.advance(10_000);
    expect(started()).toHaveLength(1);
  });

  test('that fires twice for the same instant starts one attempt, and the copy is no skip', async () => {
    const at = world.clock.now();
    const spec = buildSpec({ accounts: [phoneAccount('us-a'), phoneAccount('us-b')] });
    world.engine.scheduler.follow([spec]);
    world.ticker.fire('every', at);
    world.ticker.fire('every', at);
    await world.clock.advance(40_000);
    expect(started()).toHaveLength(1);
    expect(skips()).toEqual([]);
  });

  test('takes the accounts in turn, or all at once where the probe says so', async () => {
    const accounts = [phoneAccount('us-a'), phoneAccount('us-b'), phoneAccount('us-c')];
    await tick(buildSpec({ accounts }));
    await world.clock.advance(1000);
    await tick(buildSpec({ accounts }));
    expect(started()).toEqual(['user-us-a', 'user-us-b']);
    await world.clock.advance(700_000);
    await tick(buildSpec({ accounts, rotation: 'all', entry: { name: 'other' } }));
    expect(started().slice(2).sort()).toEqual(['user-us-a', 'user-us-b', 'user-us-c']);
  });

  test('waits up to 30 s for a free account', async () => {
    const spec = buildSpec();
    await tick(spec);
    await world.clock.advance(1000);
    world.ticker.fire('every', world.clock.now());
    await world.clock.advance(20_000);
    expect(started()).toHaveLength(1);
    await answered();
    await world.clock.advance(1500);
    expect(started()).toHaveLength(2);
    expect(skips()).toEqual([]);
  });
});

describe('a tick is skipped', () => {
  const seen = new Set<string>();

  async function skippedAs(reason: string, ...specs: ProbeSpec[]): Promise<void> {
    await tick(...specs);
    await world.clock.advance(31_000);
    expect(skips().at(-1)).toBe(reason);
    seen.add(reason);
  }

  test('as overlap while the probe itself holds all its accounts', async () => {
    await tick(buildSpec());
    await world.clock.advance(1000);
    await skippedAs('overlap', buildSpec());
  });

  test('as no_free_account while another probe holds the phone', async () => {
    await tick(buildSpec({ entry: { name: 'other' } }));
    await world.clock.advance(1000);
    await skippedAs('no_free_account', buildSpec());
  });

  test('as quarantine while the phone rests after a lost code; a message then is late, and the phone is free after', async () => {
    const spec = buildSpec();
    await tick(spec);
    await world.clock.advance(300_001);
    expect(outcomes()).toEqual(['lost']);
    await skippedAs('quarantine', spec);
    await world.receive({ body: '482913' });
    expect(world.events.at(-1)).toMatchObject({
      kind: 'message_settled',
      disposition: 'late',
      afterExpiry: { probe: 'acme-sms' },
    });
    await world.clock.advance(270_000);
    await tick(spec);
    expect(started()).toHaveLength(2);
  });

  test('as budget when the hour, the day or the phone is full', async () => {
    const limits = buildSpec().limits;
    await tick(buildSpec());
    await answered();
    await skippedAs('budget', buildSpec({ limits: { ...limits, perHour: 1 } }));
    await skippedAs('budget', buildSpec({ limits: { ...limits, perDay: 1 } }));
    await skippedAs(
      'budget',
      buildSpec({ limits: { ...limits, perPhone: { sends: 1, windowMs: 600_000 } } }),
    );
  });

  test('as spacing when the target was asked too lately, beyond patience', async () => {
    await tick(buildSpec());
    await answered();
    await skippedAs('spacing', buildSpec({ limits: { ...buildSpec().limits, spacingMs: 120_000 } }));
  });

  test('as spend_cap when the next code would pass the cap', async () => {
    const cap = { currency: 'USD', perMonth: 10_000 };
    await tick(buildSpec({ cap }));
    await answered();
    await skippedAs('spend_cap', buildSpec({ cap }));
  });

  test('as breaker after the target asked to back off, for as long as it asked', async () => {
    const flow = scriptedFlow({
      login: () => Promise.reject(new RateLimited('429', { retryAfterMs: 100_000 })),
    });
    await tick(buildSpec({ flow }));
    await skippedAs('breaker', buildSpec());
    await world.clock.advance(70_000);
    await tick(buildSpec());
    expect(started()).toHaveLength(2);
  });

  test('as maintenance in a window of the configuration, or one started by hand', async () => {
    const window = { schedule: { cron: 'nightly', timezone: 'UTC' }, durationMs: 3_600_000 };
    world.ticker.open.add('nightly');
    await skippedAs('maintenance', buildSpec({ maintenance: [window] }));
    await startMaintenance(world.store.state, 'acme-sms', world.clock.now() + 100_000);
    await skippedAs('maintenance', buildSpec());
  });

  test('as paused by hand until it is resumed', async () => {
    await pauseProbe(world.store.state, 'acme-sms');
    await skippedAs('paused', buildSpec());
    await resumeProbe(world.store.state, 'acme-sms', []);
    await tick(buildSpec());
    expect(started()).toHaveLength(1);
  });

  test('as paused when its only account is: after a refused login, or two refused codes in a row', async () => {
    const refused = scriptedFlow({ login: () => Promise.reject(new LoginRefused('401')) });
    await tick(buildSpec({ flow: refused }));
    await skippedAs('paused', buildSpec());
    await resumeProbe(world.store.state, 'acme-sms', ['acme/user-us-a']);
    const rejecting = buildSpec({
      flow: scriptedFlow({ verify: () => Promise.reject(new CodeRejected('no')) }),
    });
    for (let round = 0; round < 2; round += 1) {
      await tick(rejecting);
      await answered();
      // Until the phone has rested.
      await world.clock.advance(600_000);
    }
    expect(outcomes()).toEqual(['login_refused', 'code_rejected', 'code_rejected']);
    await skippedAs('paused', buildSpec());
  });

  test('as missed when it is more than a minute late', async () => {
    world.engine.scheduler.follow([buildSpec()]);
    world.ticker.fire('every', world.clock.now() - 60_001);
    await world.clock.advance(0);
    expect(skips()).toEqual(['missed']);
    seen.add('missed');
  });

  test('as low_backup_codes before the last ones are used', async () => {
    const factor: OwnFactor = {
      kind: 'backup-code',
      delivered: false,
      next: () => Promise.reject(new AttemptFailure('flow_error', 'never asked')),
      stock: () => Promise.resolve(2),
    };
    await skippedAs('low_backup_codes', buildSpec({ factor }));
  });

  test('as shutdown when the daemon stops while it waits', async () => {
    await tick(buildSpec());
    world.ticker.fire('every', world.clock.now() + 1);
    await world.clock.advance(1000);
    await Promise.all([world.engine.scheduler.stop(), world.clock.advance(0)]);
    expect(skips()).toEqual(['shutdown']);
    seen.add('shutdown');
  });

  test('as store_down when no lease can be had', async () => {
    await world.stop();
    const real = (await createEngineWorld()).store;
    world = await createEngineWorld({ store: { ...real, leases: { ...real.leases, acquire: diskFull } } });
    await skippedAs('store_down', buildSpec());
  });

  test('as receiver_down while no inbox of its phones can be read', async () => {
    await world.stop();
    const inbox: Inbox = { poll: { everyMs: 1000, fetch: () => Promise.reject(new Error('401')) } };
    world = await createEngineWorld({ inbox });
    await world.clock.advance(1);
    await skippedAs('receiver_down', buildSpec());
  });

  test('for each of these reasons, and the list has no other', () => {
    expect([...seen].sort()).toEqual([...SKIPS].sort());
  });
});
