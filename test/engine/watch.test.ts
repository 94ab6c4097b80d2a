import { afterEach, describe, expect, test } from 'vitest';
import { targetConfigFor } from '../../src/domain/detector/target-config.ts';
import { initTarget, stepTarget, type TargetState } from '../../src/domain/detector/target-detector.ts';
import type { Store } from '../../src/ports/store.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import type { ProbeSpec } from '../../src/engine/probe-spec.ts';
import { startMaintenance } from '../../src/engine/probe-switch.ts';
import type { Inbox } from '../../src/ports/inbox.ts';
import type { ProbeEvent } from '../../src/ports/observer.ts';
import type { OwnFactor } from '../../src/ports/second-factor.ts';
import { LoginRefused, TargetUnreachable } from '../../src/domain/failure.ts';
import {
  buildSpec,
  createEngineWorld,
  NUMBERS,
  phoneAccount,
  scriptedFlow,
  type EngineWorld,
  type WorldParts,
} from '../support/engine-world.ts';

const MINUTE = 60_000;
const PHONES = ['us-a', 'us-b', 'us-c', 'us-d'];
const ROUTE: Readonly<Record<string, string>> = { 'us-a': 'us-carrier-a', 'us-b': 'us-carrier-a' };

const ownFactor: OwnFactor = { kind: 'totp', delivered: false, next: () => Promise.resolve('123456') };

/** Two healthy days, an answer after 4 s to every code. */
function learnedDetectors(): TargetState {
  const routes = ['us-carrier-a', 'us-carrier-b'].map((route) => ({
    route,
    intervalMs: 10 * MINUTE,
    deadlineMs: MINUTE,
    phones: 2,
  }));
  const config = targetConfigFor(
    { routes, perPhone: { sends: 5, windowMs: 10 * MINUTE } },
    { targetFalseAlarmDays: 90 },
  );
  const begin = Date.parse('2026-01-12T12:00:00Z');
  let detector = initTarget(begin, config);
  for (let count = 0; count < 860; count += 1) {
    const at = begin + count * 5 * MINUTE;
    const probe = { route: routes[count % 2]?.route ?? '', id: `old-${count}` };
    detector = stepTarget(detector, { type: 'launch', at, ...probe, askedBy: null }, config);
    detector = stepTarget(detector, { type: 'delivered', at: at + 4000, ...probe, latencyMs: 4000 }, config);
  }
  return detector.state;
}

/** A target with four phones on two routes, its login by app, and a control; what works is up to the test. */
class Field {
  readonly works = {
    login: true,
    sends: true,
    deadRoutes: new Set<string>(),
    deadPhones: new Set<string>(),
  };
  readonly sends: { phone: string; at: number }[] = [];
  world!: EngineWorld;
  readonly #codes = new Map<string, number>();

  /** A store of earlier days, in which the detectors have learned what is normal. */
  async experienced(): Promise<Store> {
    const store = await openSqliteStore(':memory:', { boot: 'earlier' });
    await store.state.write({ 'watch/acme': { detectors: learnedDetectors() } });
    return store;
  }

  async begin(parts: WorldParts = {}): Promise<void> {
    const store = parts.store ?? (await this.experienced());
    this.world = await createEngineWorld({ ...parts, store, specs: this.specs });
    this.world.engine.scheduler.follow(this.specs);
  }

  readonly specs: ProbeSpec[] = [
    buildSpec({
      flow: scriptedFlow({
        login: () => this.#login(),
        request: (context) => this.#send(context.account.number),
      }),
      accounts: PHONES.map((phone) => this.#account(phone)),
      senders: ['ACME'],
      schedule: { cron: 'sms', timezone: 'UTC' },
      limits: { ...buildSpec().limits, perPhone: { sends: 5, windowMs: 10 * MINUTE } },
    }),
    buildSpec({
      flow: scriptedFlow({ login: () => this.#login() }),
      factor: ownFactor,
      accounts: [
        {
          ...phoneAccount('us-a', 'totp-1'),
          candidate: { account: 'totp-1', phone: null, route: null, cost: 0 },
        },
      ],
      schedule: { cron: 'totp', timezone: 'UTC' },
      entry: { name: 'acme-totp' },
    }),
    buildSpec({
      flow: scriptedFlow({ request: (context) => this.#control(context.account.number) }),
      accounts: PHONES.map((phone) => this.#account(phone)),
      schedule: { cron: 'control', timezone: 'UTC' },
      senders: ['OWN'],
      ownSender: true,
      entry: { name: 'receive-path', target: 'control' },
    }),
  ];

  #account(phone: string) {
    const account = phoneAccount(phone);
    return { ...account, candidate: { ...account.candidate, route: ROUTE[phone] ?? 'us-carrier-b' } };
  }

  #login(): Promise<void> {
    return this.works.login ? Promise.resolve() : Promise.reject(new TargetUnreachable('503'));
  }

  #send(number: string | null): void {
    const phone = PHONES.find((name) => NUMBERS[name] === number) ?? '';
    this.sends.push({ phone, at: this.world.clock.now() });
    if (this.works.sends && !this.works.deadRoutes.has(ROUTE[phone] ?? 'us-carrier-b'))
      this.#deliver(number, 'ACME');
  }

  #control(number: string | null): void {
    this.#deliver(number, 'OWN');
  }

  #deliver(number: string | null, from: string): void {
    if (this.works.deadPhones.has(PHONES.find((name) => NUMBERS[name] === number) ?? '')) return;
    const code = String(100_000 + this.#codes.size);
    this.#codes.set(code, 1);
    const { clock } = this.world;
    void clock.sleep(4000).then(() => this.world.receive({ to: number ?? '', body: code, from }));
  }

  /** Minutes of scheduled life: SMS and app login each five, a control each hour. */
  async live(minutes: number): Promise<void> {
    const { clock, ticker } = this.world;
    for (let minute = 0; minute < minutes; minute += 1) {
      const at = clock.now();
      const count = Math.floor(at / MINUTE);
      if (count % 5 === 0) ticker.fire('sms', at);
      if (count % 5 === 2) ticker.fire('totp', at);
      if (count % 60 === 11) ticker.fire('control', at);
      await clock.advance(MINUTE);
    }
  }

  of<Kind extends ProbeEvent['kind']>(kind: Kind): Extract<ProbeEvent, { kind: Kind }>[] {
    return this.world.events.filter(
      (event): event is Extract<ProbeEvent, { kind: Kind }> => event.kind === kind,
    );
  }

  get verdict(): string | undefined {
    return this.world.engine.watch.targets.get('acme')?.verdict.cause;
  }

  alarms(): string[] {
    return this.of('outage_changed')
      .filter((event) => event.to === 'ALARM')
      .map((event) => event.route);
  }
}

let field = new Field();

afterEach(async () => {
  await field.world.stop();
  field = new Field();
});

describe('the watch', () => {
  test('calls a target healthy whose codes come, and asks for nothing', async () => {
    await field.begin();
    await field.live(90);
    expect(field.verdict).toBe('healthy');
    expect(field.alarms()).toEqual([]);
    expect(field.of('confirmation_started')).toEqual([]);
  });

  test('finds within minutes that the code sender is off, says so once, and sees it come back', async () => {
    await field.begin();
    await field.live(120);
    const brokenAt = field.world.clock.now();
    field.works.sends = false;
    await field.live(20);
    const alarm = field.of('outage_changed').find((event) => event.to === 'ALARM');
    expect(alarm).toBeDefined();
    expect((alarm?.at ?? Infinity) - brokenAt).toBeLessThan(6 * MINUTE);
    expect(field.verdict).toBe('code_sender');
    const told = field.of('verdict_changed').filter((event) => event.verdict.cause === 'code_sender');
    expect((told[0]?.verdict.at ?? Infinity) - brokenAt).toBeLessThan(7 * MINUTE);
    expect(told).toHaveLength(1);
    expect(told[0]?.verdict.words).toContain('SMS codes');
    field.works.sends = true;
    await field.live(60);
    expect(field.verdict).toBe('healthy');
  });

  test('names the carrier when only its route loses codes', async () => {
    await field.begin();
    await field.live(120);
    field.works.deadRoutes.add('us-carrier-a');
    await field.live(40);
    expect(field.verdict).toBe('carrier');
    expect(field.alarms()).not.toContain('us-carrier-b');
  });

  test('names a dead number, though the others of its route leave too little for an alarm', async () => {
    await field.begin();
    await field.live(120);
    field.works.deadPhones.add('us-a');
    await field.live(75);
    expect(field.verdict).toBe('number');
    field.works.deadPhones.clear();
    await field.live(60);
    expect(field.verdict).toBe('healthy');
  });

  test('blames the login, not the sender, when nobody gets in; and does not press a login that fails', async () => {
    await field.begin();
    await field.live(60);
    field.works.login = false;
    await field.live(30);
    expect(field.verdict).toBe('login');
    expect(field.alarms()).toEqual([]);
    expect(field.of('confirmation_started').length).toBeLessThan(4);
  });

  test('never sends more to one phone than its limit, however much it would like to know', async () => {
    await field.begin();
    await field.live(60);
    field.works.sends = false;
    await field.live(60);
    for (const { phone, at } of field.sends) {
      const window = field.sends.filter(
        (send) => send.phone === phone && send.at > at - 10 * MINUTE && send.at <= at,
      );
      expect(window.length).toBeLessThanOrEqual(5);
    }
  });

  test('goes on after a restart where it stopped: the alarm stays, and is not told twice', async () => {
    await field.begin();
    await field.live(120);
    field.works.sends = false;
    await field.live(20);
    expect(field.alarms().length).toBeGreaterThan(0);
    const { clock, events, store } = field.world;
    const before = field.alarms().length;
    await Promise.all([field.world.engine.stop(), clock.advance(5000)]);
    await field.begin({ store, clock, events, boot: 'boot-2', firstId: 9000 });
    await field.live(3);
    expect(field.verdict).toBe('code_sender');
    expect(field.alarms()).toHaveLength(before);
  });

  test('is silent in maintenance, and starts afresh after it', async () => {
    await field.begin();
    await field.live(60);
    await startMaintenance(field.world.store.state, 'acme-sms', field.world.clock.now() + 30 * MINUTE);
    field.works.sends = false;
    await field.live(30);
    field.works.sends = true;
    await field.live(30);
    expect(field.alarms()).toEqual([]);
    expect(field.of('outage_changed').some((event) => event.to === 'MUTED')).toBe(true);
  });

  test('does not count the code of an attempt that another process has ended', async () => {
    await field.begin();
    await field.live(60);
    field.works.sends = false;
    const { clock, ticker, store } = field.world;
    for (let count = 0; count < 8; count += 1) {
      ticker.fire('sms', clock.now());
      await clock.advance(10_000);
      // Another node thinks us dead, and ends what we run.
      await store.attempts.sweep(Number.MAX_SAFE_INTEGER);
      await clock.advance(11 * MINUTE);
    }
    expect(field.of('attempt_dropped').length).toBeGreaterThan(4);
    expect(field.alarms()).toEqual([]);
  });

  test('keeps how the verdict changed, also over a restart', async () => {
    await field.begin();
    await field.live(120);
    field.works.sends = false;
    await field.live(20);
    const { clock, events, store } = field.world;
    await Promise.all([field.world.engine.stop(), clock.advance(5000)]);
    await field.begin({ store, clock, events, boot: 'boot-2', firstId: 9000 });
    const told = field.of('verdict_changed').filter((event) => event.target === 'acme');
    const kept = await field.world.engine.watch.history.list({ target: 'acme', limit: 100 });
    expect(kept.map(({ before, verdict }) => [before, verdict.cause])).toEqual(
      told.map(({ before, verdict }) => [before, verdict.cause]).reverse(),
    );
    expect(kept[0]?.verdict.cause).toBe('code_sender');
  });

  test('does not count codes that our inbox could not have seen', async () => {
    let up = true;
    const inbox: Inbox = {
      poll: { everyMs: 10_000, fetch: () => (up ? Promise.resolve([]) : Promise.reject(new Error('503'))) },
    };
    await field.begin({ inbox });
    await field.live(60);
    up = false;
    field.works.sends = false;
    await field.live(30);
    expect(field.alarms()).toEqual([]);
    expect(['code_sender', 'carrier', 'number']).not.toContain(field.verdict);
  });

  test('names the receiver when its inbox cannot be read, though no code is asked for then', async () => {
    let up = true;
    const inbox: Inbox = {
      poll: { everyMs: 10_000, fetch: () => (up ? Promise.resolve([]) : Promise.reject(new Error('503'))) },
    };
    await field.begin({ inbox });
    await field.live(60);
    up = false;
    const sent = field.sends.length;
    await field.live(10);
    expect(field.verdict).toBe('receiver');
    await field.live(25);
    expect(field.sends.length - sent).toBeLessThanOrEqual(1);
    expect(field.verdict).toBe('receiver');
    up = true;
    await field.live(11);
    expect(field.verdict).toBe('healthy');
  });

  test('an inbox that fails for less than a minute now and then blames nobody', async () => {
    let polls = 0;
    const inbox: Inbox = {
      poll: {
        everyMs: 10_000,
        fetch: () => {
          polls += 1;
          return polls % 30 < 4 ? Promise.reject(new Error('503')) : Promise.resolve([]);
        },
      },
    };
    await field.begin({ inbox });
    await field.live(120);
    expect(field.of('inbox_changed').length).toBeGreaterThan(20);
    const causes = field.of('verdict_changed').map(({ verdict }) => verdict.cause);
    expect(causes.filter((cause) => cause !== 'healthy' && cause !== 'inconclusive')).toEqual([]);
  });

  test('one account with a wrong password breaks no login', async () => {
    await field.begin();
    await field.live(60);
    const [spec] = field.specs;
    const refused = scriptedFlow({ login: () => Promise.reject(new LoginRefused('401')) });
    if (!spec) throw new Error('no probe');
    await field.world.engine.scheduler.run({ ...spec, flow: refused }, 'manual', spec.accounts.slice(0, 1));
    await field.live(30);
    expect(field.verdict).toBe('healthy');
  });
});
