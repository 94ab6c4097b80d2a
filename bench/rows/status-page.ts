// The first byte of the status page, with 500 probes and 50,000 stored attempts.
import { request } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import type { Attempt } from '../../src/domain/attempt.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { aCode, anAttempt, aPlan } from '../../test/support/builders.ts';
import { freePort } from '../../test/support/free-port.ts';
import { namedAccounts } from '../configuration.ts';
import { quantile, round, show } from '../figures.ts';
import { startProber, temporaryFolder } from '../prober.ts';
import { emit } from '../row.ts';

const PROBES = 500;
const ATTEMPTS = 50_000;
const LOADS = 30;

const file = `${temporaryFolder()}/twofa.db`;
await (await openSqliteStore(file, { boot: 'bench' })).close();
fill(file);

/** One in a hundred lost, the newest a moment ago. */
function attemptOf(index: number): Attempt {
  const user = `user-${index % PROBES}`;
  const startedAt = Date.now() - (ATTEMPTS - index) * 1700;
  const isLost = index % 100 === 0;
  const plan = aPlan(`attempt-${index}`, {
    key: `of-${user}|${index}|here`,
    probe: `of-${user}`,
    target: 'acme-0',
    account: user,
    phone: `phone-${user}`,
    route: `US-carrier-${(index % PROBES) % 4}`,
    tickAt: startedAt,
    startedAt,
  });
  const code = aCode(isLost ? 'lost' : 'on_time', isLost ? null : 3000 + (index % 4000), {
    requestedAt: startedAt + 300,
  });
  return anAttempt(plan, { outcome: isLost ? 'lost' : 'ok', code });
}

function fill(path: string): void {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA synchronous = OFF; BEGIN');
  const insert = database.prepare(
    'insert into attempts (id, key, probe, target, phone, finished_at, requested_at, code_missing, record) values (?,?,?,?,?,?,?,?,?)',
  );
  for (let index = 0; index < ATTEMPTS; index += 1) {
    const attempt = attemptOf(index);
    const { id, key, probe, target, phone, finishedAt, startedAt, outcome } = attempt;
    const missing = outcome === 'lost' ? 1 : 0;
    insert.run(id, key, probe, target, phone, finishedAt, startedAt + 300, missing, JSON.stringify(attempt));
  }
  database.exec('COMMIT');
  database.close();
}

interface Load {
  readonly firstByteMs: number;
  readonly bytes: number;
}

/** As a browser that shows nothing asks for it. */
function load(url: string): Promise<Load> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { accept: 'text/html' } }, (response) => {
      let firstByteMs = NaN;
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        if (bytes === 0) firstByteMs = performance.now() - began;
        bytes += chunk.length;
      });
      response.on('end', () => resolve({ firstByteMs, bytes }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

const hooks = `127.0.0.1:${await freePort()}`;
const target = 'http://127.0.0.1:9';
const prober = await startProber({
  target,
  store: file,
  factor: 'sms',
  accounts: namedAccounts(PROBES),
  probes: 'each',
  hooks,
});
const loads: Load[] = [];
for (let count = 0; count < LOADS + 3; count += 1) {
  const one = await load(`${prober.web}/`);
  if (count >= 3) loads.push(one);
}
await prober.stop();
const times = loads.map(({ firstByteMs }) => firstByteMs);
const p95 = quantile(times, 0.95);
const kilobytes = (loads[0]?.bytes ?? 0) / 1000;
emit({
  what: `status page, ${PROBES} probes, ${ATTEMPTS.toLocaleString('en-US')} attempts`,
  figure: `first byte p95 ${show(p95, 'ms')}; ${show(kilobytes, 'kB')}`,
  beside: '-',
  ratio: null,
  reach: '<= 100 ms; <= 300 kB',
  holds: p95 <= 100 && kilobytes <= 300,
  data: { p50Ms: round(quantile(times, 0.5)), p95Ms: round(p95), kilobytes: round(kilobytes) },
});
process.exit(0);
