import { Engine } from '../../src/app/engine.ts';
import type { Inventory, ProbeEntry } from '../../src/domain/inventory.ts';
import type { InboundMessage, ProviderTime } from '../../src/domain/message.ts';
import type { ProbeAccount, ProbeSpec } from '../../src/engine/probe-spec.ts';
import type { Inbox } from '../../src/ports/inbox.ts';
import type { FlowContext, LoginFlow } from '../../src/ports/login-flow.ts';
import type { LogLevel } from '../../src/ports/logger.ts';
import type { ProbeEvent } from '../../src/ports/observer.ts';
import type { DeliveredFactor } from '../../src/ports/second-factor.ts';
import type { Shared } from '../../src/ports/shared.ts';
import type { Store } from '../../src/ports/store.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeTicker } from './fake-ticker.ts';

/** The real engine and a real store, with a clock, schedules, flows and messages in the test's hands. */
export interface EngineWorld {
  readonly engine: Engine;
  readonly clock: FakeClock;
  readonly ticker: FakeTicker;
  readonly store: Store;
  readonly events: ProbeEvent[];
  readonly logged: { level: LogLevel; event: string; fields: unknown }[];
  /** A message arrives now. */
  receive(message: Partial<InboundMessage> & { body: string }): Promise<void>;
  stop(): Promise<void>;
}

export const NUMBERS: Readonly<Record<string, string>> = {
  'us-a': '+12025550111',
  'us-b': '+12025550112',
  'us-c': '+12025550113',
  'us-d': '+12025550114',
};

export interface WorldParts {
  readonly store?: Store;
  readonly clock?: FakeClock;
  readonly inbox?: Inbox;
  readonly canary?: (signal: AbortSignal) => Promise<void>;
  /** Probes that the watch knows of. */
  readonly specs?: readonly ProbeSpec[];
  readonly boot?: string;
  readonly shared?: Shared;
  readonly node?: string;
  readonly location?: string;
  readonly firstId?: number;
  /** Where events go; an earlier world's list goes on. */
  readonly events?: ProbeEvent[];
}

export async function createEngineWorld(parts: WorldParts = {}): Promise<EngineWorld> {
  const { clock = new FakeClock(), boot = 'boot-1' } = parts;
  const ticker = new FakeTicker();
  const { events = [] } = parts;
  const logged: EngineWorld['logged'] = [];
  const logger = {
    log: (level: LogLevel, event: string, fields: unknown = {}) => void logged.push({ level, event, fields }),
  };
  const store = parts.store ?? (await openSqliteStore(':memory:', { boot }));
  let ids = parts.firstId ?? 0;
  let messages = 0;
  const engine = new Engine({
    store,
    clock,
    ticker,
    logger,
    observers: [{ observe: (event: ProbeEvent) => void events.push(event) }],
    boot,
    node: parts.node ?? 'node-1',
    location: parts.location ?? 'here',
    canary: parts.canary ?? null,
    shared: parts.shared ?? null,
    newId: () => `attempt-${(ids += 1)}`,
  });
  await engine.start();
  const inbox: Inbox = parts.inbox ?? { hook: { methods: ['POST'], receive: neverAsked } };
  const { specs = [] } = parts;
  await engine.apply({
    inventory: inventoryOf(specs),
    specs,
    inboxes: new Map([['rack', inbox]]),
    numbers: new Map(Object.entries(NUMBERS).map(([name, number]) => [number, name])),
    watch: { targetFalseAlarmDays: 90 },
  });
  return {
    engine,
    clock,
    ticker,
    store,
    events,
    logged,
    receive: (message) =>
      engine.mailroom.accept([
        {
          inbox: 'rack',
          providerId: `m${boot}-${(messages += 1)}`,
          to: NUMBERS['us-a'] ?? '',
          from: 'ACME',
          arrived: { at: clock.now(), monotonicMs: clock.monotonicMs(), boot },
          uncertaintyMs: 0,
          times: [] as ProviderTime[],
          redacted: false,
          ...message,
        },
      ]),
    async stop() {
      await Promise.all([engine.stop(), clock.advance(30_000)]);
      await store.close();
      await settle();
    },
  };
}

function inventoryOf(specs: readonly ProbeSpec[]): Inventory {
  const limits = { perHour: 1000, perDay: 10_000, spacingMs: 0, perPhone: { sends: 5, windowMs: 600_000 } };
  const names = new Set(specs.map((spec) => spec.entry.target));
  const carriers: Readonly<Record<string, string>> = { 'us-a': 'carrier-a', 'us-b': 'carrier-a' };
  return {
    node: 'node-1',
    location: 'here',
    targets: [...names]
      .filter((name) => name !== 'control')
      .map((name) => ({ name, url: 'https://x.example', limits })),
    probes: specs.map((spec) => spec.entry),
    phones: Object.keys(NUMBERS).map((name) => {
      const carrier = carriers[name] ?? 'carrier-b';
      return {
        name,
        masked: '+1•••',
        route: `us-${carrier}`,
        country: 'US',
        carrier,
        line: 'mobile',
        inbox: 'rack',
      };
    }),
    inboxes: [{ name: 'rack', kind: 'webhook', resolutionMs: 0 }],
    cap: null,
  };
}

function neverAsked(): never {
  throw new Error('this test takes no hooks');
}

/** Reads the digits of a message; two runs of digits tie. */
export const digitsFactor: DeliveredFactor = {
  kind: 'sms',
  delivered: true,
  reaches: 'number',
  read: (text) => {
    const found = [...new Set(text.match(/[0-9]{4,8}/g) ?? [])];
    const [code] = found;
    if (code === undefined) return { found: 'none' };
    return found.length === 1 ? { found: 'code', code } : { found: 'ambiguous' };
  },
};

/** A login as most flows have it; what the target answers is up to the test. */
export function scriptedFlow(script: Partial<Script> = {}): LoginFlow & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    kind: 'scripted',
    calls,
    async run(context) {
      await context.stage('login', async () => {
        calls.push('login');
        await script.login?.(context);
      });
      await context.stage('request_code', () =>
        context.sending(async (written) => {
          written();
          calls.push('request');
          await script.request?.(context);
        }),
      );
      await context.code();
      await context.stage('verify', async (code) => {
        calls.push(`verify ${code}`);
        await script.verify?.(code, context);
      });
    },
    logout: async (context) => {
      calls.push('logout');
      await script.logout?.(context);
    },
  };
}

export interface Script {
  login(context: FlowContext): Promise<void> | void;
  request(context: FlowContext): Promise<void> | void;
  verify(code: string, context: FlowContext): Promise<void> | void;
  logout(context: FlowContext): Promise<void> | void;
}

export const phoneAccount = (phone: string, account = `user-${phone}`): ProbeAccount => ({
  candidate: { account, phone, route: 'us-carrier', cost: 8300 },
  secrets: {
    username: account,
    password: 'pw',
    number: NUMBERS[phone] ?? null,
    totpSecret: null,
    backupCodes: [],
    vars: {},
  },
  inbox: 'rack',
});

export function buildSpec(
  more: Partial<Omit<ProbeSpec, 'entry'>> & { entry?: Partial<ProbeEntry> } = {},
): ProbeSpec {
  const accounts = more.accounts ?? [phoneAccount('us-a')];
  const factor = more.factor ?? digitsFactor;
  const flow = more.flow ?? scriptedFlow();
  return {
    flow,
    factor,
    rotation: 'next',
    limits: { perHour: 1000, perDay: 10_000, spacingMs: 0, perPhone: { sends: 100, windowMs: 600_000 } },
    cap: null,
    senders: [],
    ownSender: false,
    pattern: null,
    timeoutMs: 20_000,
    schedule: { cron: 'every', timezone: 'UTC' },
    jitterMs: 0,
    locations: 'spread',
    maintenance: [],
    ...more,
    accounts,
    entry: {
      name: 'acme-sms',
      target: 'acme',
      factor: factor.kind,
      delivered: factor.delivered,
      flow: flow.kind,
      schedule: 'every',
      timezone: 'UTC',
      intervalMs: 300_000,
      deadlineMs: 60_000,
      expiryMs: 300_000,
      accounts: accounts.map((account) => account.candidate.account),
      phones: accounts.flatMap((account) => account.candidate.phone ?? []),
      ...more.entry,
    },
  };
}
