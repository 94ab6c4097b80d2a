// Messages a second, each acknowledged after it is durable; beside them the same rows, in groups, by the bare databases.
import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { Pool } from 'pg';
import type { Store } from '../../src/ports/store.ts';
import { createSystemClock } from '../../src/runtime/system-clock.ts';
import { openPostgresStore } from '../../src/stores/postgres.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { freePort } from '../../test/support/free-port.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { startChild } from '../children.ts';
import { namedAccounts } from '../configuration.ts';
import { median, perSecond, round, show } from '../figures.ts';
import { startProber, temporaryFolder } from '../prober.ts';
import { emit } from '../row.ts';
import type { Storm, StormEnd } from '../sender.ts';

/** As many are under way at once as a busy provider's connections. */
const AT_ONCE = 64;
const PHONES = 64;
const ROUNDS = 3;
const folder = temporaryFolder();

const rowOf = (index: number) => {
  const at = Date.now();
  return [
    randomUUID(),
    'rack',
    `bare-${index}`,
    `phone-${index % PHONES}`,
    null,
    'unmatched',
    'ACME',
    at,
    JSON.stringify({ at, monotonicMs: performance.now(), boot: 'bench' }),
    0,
    '[]',
    0,
    null,
  ] as const;
};
const COLUMNS =
  'id, inbox, provider_id, phone, attempt, disposition, sender, arrived_at, arrived, uncertainty_ms, times, redacted, sealed';

/** The limit of the disk: the same table, FULL, so many rows to a transaction. */
function bareSqlite(file: string): (count: number) => number {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  const insert = database.prepare(`insert into messages (${COLUMNS}) values (${'?,'.repeat(12)}?)`);
  let made = 0;
  return (count) => {
    const began = performance.now();
    for (let done = 0; done < count; done += AT_ONCE) {
      database.exec('BEGIN IMMEDIATE');
      for (let one = 0; one < AT_ONCE; one += 1) insert.run(...rowOf((made += 1)));
      database.exec('COMMIT');
    }
    return perSecond(count, performance.now() - began);
  };
}

/** The limit of PostgreSQL: one row a statement, so many connections as we have, each committing for itself. */
async function barePostgres(url: string, count: number): Promise<number> {
  const pool = new Pool({ connectionString: url, max: 8 });
  let next = 0;
  const text = `insert into messages (${COLUMNS}) values (${Array.from({ length: 13 }, (_, index) => `$${index + 1}`).join(',')})`;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (next < count) {
        next += 1;
        await pool.query({ name: 'insert', text, values: [...rowOf(next)] });
      }
    }),
  );
  const rate = perSecond(count, performance.now() - began);
  await pool.end();
  return rate;
}

/** Straight to the store, as the mailroom does it; what has queued up is committed together. */
async function recordRate(store: Store, name: string, count: number): Promise<number> {
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < count) {
        next += 1;
        const arrived = { at: Date.now(), monotonicMs: performance.now(), boot: 'bench' };
        await store.messages.record({
          message: {
            inbox: 'rack',
            providerId: `${name}-${next}`,
            from: 'ACME',
            arrived,
            uncertaintyMs: 0,
            times: [],
            redacted: false,
          },
          phone: `phone-${next % PHONES}`,
          sealed: null,
        });
      }
    }),
  );
  return perSecond(count, performance.now() - began);
}

async function sqliteRow(): Promise<void> {
  const file = `${folder}/store.db`;
  const store = await openSqliteStore(file, { boot: 'bench' });
  const bareFile = `${folder}/bare.db`;
  await (await openSqliteStore(bareFile, { boot: 'bench' })).close();
  const bare = bareSqlite(bareFile);
  const count = 6400;
  await recordRate(store, 'warm', count);
  bare(count);
  const [ours, limits]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    limits.push(bare(count));
    ours.push(await recordRate(store, `turn-${turn}`, count));
  }
  await store.close();
  const share = median(ours) / median(limits);
  emit({
    what: 'durable messages a second, SQLite: the store',
    figure: show(median(ours), '/s'),
    beside: `bare FULL inserts, ${AT_ONCE} a commit: ${show(median(limits), '/s')}`,
    ratio: round(share),
    reach: '>= 0.5 of it',
    holds: share >= 0.5,
    data: { perSecond: round(median(ours)), barePerSecond: round(median(limits)) },
  });
}

async function webhookRow(): Promise<void> {
  const hooks = `127.0.0.1:${await freePort()}`;
  const target = 'http://127.0.0.1:9';
  const accounts = namedAccounts(PHONES);
  const store = `${folder}/hooked.db`;
  const prober = await startProber({ target, store, factor: 'sms', accounts, probes: 'one', hooks });
  const sender = startChild('./sender.ts');
  const storm = (name: string): Storm => ({
    hooks: `http://${hooks}`,
    messages: 5000,
    connections: AT_ONCE,
    phones: PHONES,
    name,
  });
  await sender.ask<StormEnd>(storm('warm'));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const rates: number[] = [];
  delay.enable();
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    const { ms, kept } = await sender.ask<StormEnd>(storm(`turn-${turn}`));
    rates.push(perSecond(kept, ms));
  }
  delay.disable();
  await sender.end();
  await prober.stop();
  emit({
    what: 'durable messages a second, SQLite: signed webhooks',
    figure: show(median(rates), '/s'),
    beside: `event-loop delay p99 ${show(delay.percentile(99) / 1e6, 'ms')}`,
    ratio: null,
    reach: 'for the record',
    holds: null,
    data: {
      perSecond: round(median(rates)),
      delayP99Ms: round(delay.percentile(99) / 1e6),
      delayMaxMs: round(delay.max / 1e6),
    },
  });
}

async function postgresRow(): Promise<void> {
  const server = await startPostgres({ flags: ['-c', 'fsync=on', '-c', 'synchronous_commit=on'] });
  try {
    const [ourUrl, bareUrl] = [await server.database(), await server.database()];
    const clock = createSystemClock();
    const { store } = await openPostgresStore(ourUrl, clock);
    await (await openPostgresStore(bareUrl, clock)).store.close();
    const count = 1600;
    await recordRate(store, 'warm', count);
    const [ours, limits]: [number[], number[]] = [[], []];
    for (let turn = 0; turn < ROUNDS; turn += 1) {
      await server.query(bareUrl, 'truncate messages');
      limits.push(await barePostgres(bareUrl, count));
      ours.push(await recordRate(store, `turn-${turn}`, count));
    }
    await store.close();
    const share = median(ours) / median(limits);
    emit({
      what: 'durable messages a second, PostgreSQL: the store',
      figure: show(median(ours), '/s'),
      beside: `bare inserts, 8 connections: ${show(median(limits), '/s')}`,
      ratio: round(share),
      reach: '>= 0.5 of it',
      holds: share >= 0.5,
      data: { perSecond: round(median(ours)), barePerSecond: round(median(limits)) },
    });
  } finally {
    await server.stop();
  }
}

await sqliteRow();
await webhookRow();
await postgresRow();
process.exit(0);
