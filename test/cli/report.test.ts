import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/domain/units.ts';
import type { Store } from '../../src/ports/store.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { command } from '../support/command.ts';
import { runCommand } from '../support/daemon-process.ts';
import { aDay, agoMs } from './a-day.ts';

const CONFIG = `contact: sre@acme.example
store: ./twofa.db
hooks: { listen: 127.0.0.1:9824 }
inboxes: { rack: { kind: webhook, secret: a-secret-of-the-rack } }
phones:
  us-a: { number: "+15005550111", inbox: rack, country: US, carrier: carrier-a, perSms: 0.0083 }
spend: { currency: USD, perMonth: 120 }
targets: { acme: { url: https://login.acme.example, authorized: true } }
`;

/** To load the product and to start a thread takes a while on a busy machine. */
const SLOW = 60_000;

const leaving: (() => Promise<void>)[] = [];

afterAll(async () => {
  for (const leave of leaving.toReversed()) await leave();
});

/** A folder with a configuration and, unless told otherwise, a store that a daemon in this process holds. */
async function folderWith(fill: ((store: Store) => Promise<void>) | null): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'twofa-report-'));
  leaving.push(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'twofa.yaml'), CONFIG);
  if (!fill) return folder;
  const store = await openSqliteStore(join(folder, 'twofa.db'), { boot: 'the-daemon' });
  leaving.push(() => store.close());
  await fill(store);
  return folder;
}

async function report(folder: string, ...args: readonly string[]) {
  const ended = command('report', `--config.file=${join(folder, 'twofa.yaml')}`, ...args);
  return { status: await ended.status, out: ended.stdout, err: ended.stderr };
}

let folder = '';

beforeAll(async () => {
  folder = await folderWith(aDay);
}, SLOW);

test(
  'another process reports while a daemon holds the store; lost codes are in the quantiles',
  { timeout: SLOW },
  async () => {
    const ended = runCommand(['report', '--since', '1d', `--config.file=${join(folder, 'twofa.yaml')}`]);
    expect(await ended.ended()).toBe(0);
    const lines = ended.stdout.split('\n');
    const words = lines.map((line) => line.trim().replaceAll(/ {2,}/g, ' | '));
    expect(lines).toContain('acme: 11 attempts: 10 ok, 1 lost');
    expect(words).toContain('route | codes | SLI | p50 | p95 | p99 | late | lost | unmeas. | spent');
    expect(words).toContain('US-carrier-a | 10 | 90.00 % | 5.00 s | lost | lost | 0 | 1 | 0 % | 0.08');
    expect(ended.stdout).toMatch(/ UTC \(37 min, named after 7 min\)\n {4}acme: code_sender, 97 % sure\n/);
    expect(ended.stdout.replaceAll(/\n +/g, ' ')).toContain(
      "3 of 3 carriers since 14:02 -> the target's code sender",
    );
    expect(ended.stdout).toContain('Spent: 10 codes, 0.08 USD');
    expect(lines.every((line) => line.length <= 80)).toBe(true);
  },
);

test(
  'as JSON a quantile of lost codes is a word, times are texts and money is in the currency',
  { timeout: SLOW },
  async () => {
    const { status, out } = await report(folder, '--since=1d', '--format=json');
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      currency: 'USD',
      targets: [
        {
          target: 'acme',
          attempts: 11,
          outcomes: { ok: 10, lost: 1 },
          routes: [{ route: 'US-carrier-a', sli: 0.9, deliveryMs: { p50: 5000, p99: 'lost' }, spent: 0.083 }],
        },
      ],
      outages: [{ cause: 'code_sender', start: new Date(agoMs(HOUR + 7 * MINUTE)).toISOString() }],
      ledger: { perMonth: 120 },
    });
  },
);

test('as CSV it is one table: of the routes, or of the outages', { timeout: SLOW }, async () => {
  const routes = await report(folder, '--since=1d', '--format=csv');
  const [head, row, ...more] = routes.out.split('\r\n');
  expect(head).toBe(
    'since,until,target,route,codes,on_time,late,lost,unreadable,redacted,unmeasured,sli,sli_with_cut_off,p50_seconds,p95_seconds,p99_seconds,unmeasured_share,spent,unpriced_codes',
  );
  expect(row).toMatch(/Z,acme,US-carrier-a,10,9,0,1,0,0,0,0\.9,,5,lost,lost,0,0\.083,0$/);
  expect(more).toEqual(['']);
  const outages = await report(folder, '--since=1d', '--format=csv', '--table=outages');
  expect(outages.out).toMatch(/\r\nacme,[^,]+,[^,]+,[^,]+,2220,code_sender,,0\.97,SMS codes: 5 of 5/);
  const hours = await report(folder, '--since=1d', '--format=csv', '--table=hours');
  expect(hours.out).toBe('target,route,hour_utc,codes,lost,days,lost_days\r\n');
});

test(
  'an empty store, and a store that is not there, are told from one another; none is made',
  { timeout: SLOW },
  async () => {
    const empty = await report(await folderWith(() => Promise.resolve()));
    expect(empty).toMatchObject({
      status: 0,
      out: expect.stringContaining('No attempt ended in this time.'),
    });
    const bare = await folderWith(null);
    const absent = await report(bare);
    expect(absent).toMatchObject({
      status: 2,
      out: '',
      err: expect.stringContaining('there is no such file'),
    });
    await expect(stat(join(bare, 'twofa.db'))).rejects.toThrow('ENOENT');
  },
);

test('what is no store, or no time, is told', { timeout: SLOW }, async () => {
  const bare = await folderWith(null);
  await writeFile(
    join(bare, 'twofa.db'),
    'this is a letter, not a database; long enough to be looked at'.repeat(20),
  );
  expect((await report(bare)).err).toContain('twofa.db: the file is not an SQLite database');
  const { status, err } = await report(bare, '--since', 'yesterday');
  expect([status, err]).toEqual([
    2,
    expect.stringContaining('--since: found "yesterday", expected how long ago'),
  ]);
  expect((await report(bare, '--since', '90d')).err).toContain('--since goes back further than `retention`');
});
