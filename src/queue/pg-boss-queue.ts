import { createHash } from 'node:crypto';
import { PgBoss, type Job } from 'pg-boss';
import { SECOND } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { StoreDown } from '../ports/store.ts';
import type { QueuedTick, TickQueue } from '../ports/tick-queue.ts';
import { Bell } from './bell.ts';

const SCHEMA = 'twofa_queue';
const CHANNEL = 'twofa_ticks';
/** The net under the notification. */
const LOOK_EVERY_MS = SECOND;
/** Ticks that one node decides on at the same time; those that wait for an account among them. */
const IN_HAND = 200;
/** A tick whose node says nothing for this long goes to another; the least that pg-boss allows. */
const HEARTBEAT_SECONDS = 10;
const TOUCH_EVERY_MS = 3 * SECOND;
/** Copies of a tick come within seconds; those of a node that was stopped, when it goes on. */
const REMEMBERED_SECONDS = 3600;

export interface PgBossQueueOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Ticks in pg-boss, one queue a location. Throws StoreDown when it cannot be opened. */
export async function openPgBossQueue({ url, clock, logger }: PgBossQueueOptions): Promise<TickQueue> {
  const boss = bossOf(url);
  boss.on('error', (error) => logger.log('debug', 'queue_error', { error }));
  await boss.start().catch((error: unknown) => {
    throw down(error);
  });
  const bell = new Bell();
  const ring = () => bell.ring();
  const ears = await boss
    .getDb()
    .listen?.(CHANNEL, ring, ring)
    .catch(() => null);
  const ensure = queueMaker(boss);
  return {
    async put(tick) {
      try {
        await ensure(tick.location);
        const jobs = [{ id: jobId(tick), data: tick }];
        const added = await boss.insert(queueOf(tick.location), jobs, { returnId: true });
        if (added && added.length > 0) {
          await boss.getDb().executeSql('select pg_notify($1, $2)', [CHANNEL, tick.location]);
        }
      } catch (error) {
        throw down(error);
      }
    },
    work: (locations, take, signal) =>
      workOn({ boss, bell, clock, logger, ensure }, { locations, take }, signal),
    async close() {
      await ears?.close();
      await boss.stop({ graceful: false, close: true });
    },
  };
}

const bossOf = (url: string): PgBoss =>
  new PgBoss({
    connectionString: withTimeout(url),
    schema: SCHEMA,
    application_name: 'twofa-prober queue',
    max: 3,
    schedule: false,
    registerInstance: false,
    persistWarnings: false,
    openTelemetry: { enabled: false },
    // Dead nodes' ticks are looked for this often.
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    options: '-c statement_timeout=8000 -c idle_in_transaction_session_timeout=4000',
  });

/** Makes a location's queue before its first use. */
function queueMaker(boss: PgBoss): (location: string) => Promise<void> {
  const made = new Map<string, Promise<void>>();
  return (location) => {
    const name = queueOf(location);
    const known = made.get(name);
    if (known) return known;
    const making = boss.createQueue(name, {
      heartbeatSeconds: HEARTBEAT_SECONDS,
      expireInSeconds: 600,
      retryLimit: 20,
      retryDelay: 1,
      retentionSeconds: REMEMBERED_SECONDS,
      deleteAfterSeconds: REMEMBERED_SECONDS,
    });
    made.set(name, making);
    making.catch(() => made.delete(name));
    return making;
  };
}

interface Parts {
  readonly boss: PgBoss;
  readonly bell: Bell;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ensure: (location: string) => Promise<void>;
}

interface Work {
  readonly locations: () => readonly string[];
  readonly take: (tick: QueuedTick) => Promise<void>;
}

type TickJob = Job<QueuedTick>;

async function workOn(parts: Parts, { locations, take }: Work, signal: AbortSignal): Promise<void> {
  const { boss, bell, clock, logger, ensure } = parts;
  const inHand = new Map<TickJob, Promise<void>>();

  const settle = async (job: TickJob) => {
    const { id, name, retryCount } = job;
    try {
      await take(job.data);
      await boss.complete(name, { id, retryCount });
    } catch (error) {
      logger.log('debug', 'tick_given_back', { key: job.data.key, error });
      await boss.fail(name, { id, retryCount }).catch(() => undefined);
    }
  };
  const look = async () => {
    for (const location of locations()) {
      const room = IN_HAND - inHand.size;
      if (room <= 0 || signal.aborted) return;
      await ensure(location);
      for (const job of await boss.fetch<QueuedTick>(queueOf(location), { batchSize: room })) {
        inHand.set(
          job,
          settle(job).finally(() => inHand.delete(job)),
        );
      }
    }
  };
  const touch = async () => {
    const jobs = [...inHand.keys()];
    for (const name of new Set(jobs.map((job) => job.name))) {
      const ours = jobs.filter((job) => job.name === name).map(({ id, retryCount }) => ({ id, retryCount }));
      await boss.touch(name, ours);
    }
  };

  const touching = every(clock, TOUCH_EVERY_MS, signal, touch);
  while (!signal.aborted) {
    const rung = bell.next();
    await look().catch((error: unknown) => logger.log('debug', 'queue_unreachable', { error }));
    await bell.race(rung, (stop) => clock.sleep(LOOK_EVERY_MS, AbortSignal.any([signal, stop])));
  }
  await touching;
  await Promise.allSettled(inHand.values());
}

async function every(
  clock: Clock,
  everyMs: number,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(everyMs, signal).catch(() => undefined);
    if (!signal.aborted) await work().catch(() => undefined);
  }
}

const queueOf = (location: string): string => `ticks/${location}`;

/** The same for the same tick, on whatever node; a tick that was handed over is another job. */
function jobId({ key, handedOver }: QueuedTick): string {
  const hash = createHash('sha256').update(
    JSON.stringify([key, handedOver?.account ?? null, handedOver !== null]),
  );
  const hex = hash.digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Whatever the queue cannot do now, it can do later. */
function down(error: unknown): StoreDown {
  const why = error instanceof Error ? error.message : String(error);
  return new StoreDown(`the queue of ticks cannot be reached (${why})`, { cause: error });
}

/** A server that does not answer fails the question, as everywhere. */
function withTimeout(url: string): string {
  const bounded = new URL(url);
  bounded.searchParams.set('query_timeout', '9000');
  return bounded.href;
}
