import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSystemClock } from '../../src/runtime/system-clock.ts';
import { openPostgresStore } from '../../src/stores/postgres.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { command } from '../support/command.ts';
import { freePort } from '../support/free-port.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { aDay } from './a-day.ts';

const SLOW = { timeout: 60_000 };

let folder: string;
let server: TestPostgres;

beforeAll(async () => {
  [folder, server] = [await mkdtemp(join(tmpdir(), 'twofa-report-')), await startPostgres()];
}, 60_000);
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function report(store: string, ...args: readonly string[]) {
  const file = join(folder, 'twofa.yaml');
  await writeFile(
    file,
    `contact: sre@acme.example
store: ${store}
hooks: { listen: 127.0.0.1:9824 }
inboxes: { rack: { kind: webhook, secret: a-secret-of-the-rack } }
phones:
  us-a: { number: "+15005550111", inbox: rack, country: US, carrier: carrier-a, perSms: 0.0083 }
spend: { currency: USD, perMonth: 120 }
targets: { acme: { url: https://login.acme.example, authorized: true } }
`,
  );
  const ended = command('report', `--config.file=${file}`, '--since=1d', ...args);
  return { status: await ended.status, out: ended.stdout, err: ended.stderr };
}

/** When it was asked is in it. */
const timeless = (out: string): string => out.replaceAll(/\d{4}-\d\d-\d\d[T ][\d:.]+Z?/g, 'then');

test(
  'the store of many nodes, while they hold it, reports what a file with the same in it reports',
  SLOW,
  async () => {
    const url = await server.database();
    const shared = await openPostgresStore(url, createSystemClock());
    const file = join(folder, 'twofa.db');
    const alone = await openSqliteStore(file, { boot: 'a-daemon' });
    try {
      await Promise.all([aDay(shared.store), aDay(alone)]);
      for (const flags of [
        ['--format=text'],
        ['--format=json'],
        ['--format=csv'],
        ['--format=csv', '--table=outages'],
      ]) {
        const [ours, theirs] = [await report(url, ...flags), await report(file, ...flags)];
        expect(ours).toMatchObject({ status: 0 });
        expect(timeless(ours.out)).toBe(timeless(theirs.out));
        expect(ours.out).toMatch(/code_sender|US-carrier-a/);
      }
    } finally {
      await Promise.all([shared.store.close(), alone.close()]);
    }
  },
);

test(
  'a database that no node has used, and a server that is away, are told without their password',
  SLOW,
  async () => {
    const empty = await report(await server.database());
    expect(empty).toMatchObject({ status: 2, out: '' });
    expect(empty.err).toMatch(
      /no report: store postgres:\/\/127\.0\.0\.1:\d+\/test_\d+: our tables are not there; has a/,
    );
    const port = await freePort();
    const away = await report(`postgres://twofa:not-a-secret@127.0.0.1:${port}/twofa`);
    expect(away).toMatchObject({ status: 2, out: '' });
    expect(away.err).toContain(`127.0.0.1:${port}`);
    expect(`${empty.err}${away.err}`).not.toContain('not-a-secret');
  },
);
