import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { layLine } from '../support/cuttable-line.ts';
import { startDaemon, type RunningDaemon } from '../support/daemon-process.ts';
import type { Finish } from '../support/finish.ts';
import { freePort } from '../support/free-port.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { createSimStage, type SimStage } from '../support/sim-daemon.ts';
import { RACK_SECRET } from '../support/sim-config.ts';
import { until } from '../support/until.ts';

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

/** Two nodes on one database: messages are brought to `there`, and `here` is where attempts are started. */
async function twoNodes(stage: SimStage, store: string, onTestFinished: Finish) {
  const start = async (name: string, hooks: string | null) => {
    await stage.write((config) => {
      config.node = { name, location: 'fra' };
      config.store = store;
      if (hooks !== null) config.hooks = { listen: hooks };
      delete config.inboxes['carrier'];
    });
    return startDaemon(stage.configFile, { onTestFinished });
  };
  const there = await start('there', null);
  return { there, here: await start('here', `127.0.0.1:${await freePort()}`) };
}

async function loginAcross(stage: SimStage, here: RunningDaemon) {
  const id = await here.run('acme-sms');
  await stage.onTheWay(1);
  stage.deliver();
  return here.attempt(id);
}

test('a message that one node takes ends the wait on another, and both show the attempt', async ({
  onTestFinished,
}) => {
  const stage = await createSimStage({ held: true, onTestFinished });
  const { here, there } = await twoNodes(stage, await postgres.database(), onTestFinished);
  const attempt = await loginAcross(stage, here);
  expect(attempt).toMatchObject({ outcome: 'ok', node: 'here', code: { result: 'on_time' } });
  expect(await there.attempts()).toMatchObject([{ id: attempt.id, node: 'here', outcome: 'ok' }]);
});

test('where every NOTIFY is lost, the look that is taken each second finds the message', async ({
  onTestFinished,
}) => {
  const stage = await createSimStage({ held: true, onTestFinished });
  const url = await postgres.database();
  // What they call instead of the server's own tells nobody.
  await postgres.query(
    url,
    `create function public.pg_notify(text, text) returns void language sql as 'select'`,
  );
  const name = new URL(url).pathname.slice(1);
  await postgres.query(url, `alter database ${name} set search_path = public, pg_catalog`);
  const { here } = await twoNodes(stage, url, onTestFinished);
  expect(await loginAcross(stage, here)).toMatchObject({ outcome: 'ok', code: { result: 'on_time' } });
});

test('a node that loses PostgreSQL says so, refuses webhooks and attempts, and goes on by itself when it is back', async ({
  onTestFinished,
  signal,
}) => {
  const line = await layLine(postgres.port);
  onTestFinished(() => line.close());
  const stage = await createSimStage({ onTestFinished });
  const url = (await postgres.database()).replace(`:${postgres.port}/`, `:${line.port}/`);
  await stage.write((config) => {
    config.store = url;
    delete config.inboxes['carrier'];
  });
  const node = await startDaemon(stage.configFile, { onTestFinished });
  const bring = (id: string) => post(`${stage.hooks}/hooks/rack`, id);
  const ready = async () => (await node.get('/-/ready')).status;
  expect([await ready(), await bring('before')]).toEqual([200, 200]);

  line.cut();
  expect(await bring('lost?')).toBe(503);
  await expect(node.run('acme-sms')).rejects.toThrow(/store/);
  await until(async () => ((await ready()) === 503 ? true : null), signal);
  expect(await (await node.get('/-/ready')).text()).toContain('the store is down');
  expect((await node.get('/-/healthy')).status).toBe(200);

  line.mend();
  await until(async () => ((await ready()) === 200 ? true : null), signal);
  // The provider tries again; what was kept before is known.
  expect([await bring('lost?'), await bring('before')]).toEqual([200, 200]);
  expect(await node.attempt(await node.run('acme-sms'))).toMatchObject({ outcome: 'ok' });
  expect((await node.attempts()).map(({ outcome }) => outcome)).toEqual(['ok']);
});

/** A message as the rack brings one; the status it is answered with. */
async function post(url: string, id: string): Promise<number> {
  const body = JSON.stringify({ id, from: 'ACME', to: '+12025550100', text: 'Your code is 123456' });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', RACK_SECRET).update(`${timestamp}.${body}`).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-timestamp': timestamp,
    'x-signature': `sha256=${signature}`,
  };
  return (await fetch(url, { method: 'POST', headers, body })).status;
}
