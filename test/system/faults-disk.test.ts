import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { runCommand, startDaemon, type RunningDaemon } from '../support/daemon-process.ts';
import { valueOf } from '../support/exposition.ts';
import { sendToRack } from '../support/rack-message.ts';
import { createSimStage } from '../support/sim-daemon.ts';
import { CODE_COST } from '../support/sim-config.ts';
import { mountSmallDisk } from '../support/small-disk.ts';

const DOWN = /"event":"store_down"/;
const UP = /"event":"store_up"/;

test(
  'a full disk, then one that is read-only: nothing is acknowledged, nothing starts, nobody is blamed, and all goes on when it is over',
  { timeout: 40_000 },
  async () => {
    const stage = await createSimStage({ held: true });
    const disk = await mountSmallDisk(stage.folder);
    await stage.write((config) => {
      config.store = './disk/twofa.db';
    });
    const daemon = await startDaemon(stage.configFile);
    expect(await send(daemon, 'before')).toBe(200);
    const waiting = await daemon.run('acme-sms');
    await stage.onTheWay(1);

    await disk.fill();
    expect(await send(daemon, 'full')).toBe(503);
    // The code comes, and comes again; neither can be kept.
    stage.deliver();
    await daemon.writes(/the disk is full.*"event":"hook_not_kept"/);
    await daemon.writes(DOWN);
    const full = await daemon.get('/-/ready');
    expect([full.status, await full.text()]).toEqual([503, expect.stringContaining('the disk is full')]);
    await expect(daemon.run('acme-sms')).rejects.toThrow('store_down');
    await daemon.writes(/"event":"result_waits_for_store"/);

    disk.protect();
    // What is still open for writing is closed by this; what is opened from now on is not.
    expect(await send(daemon, 'full')).toBe(503);
    await disk.free();
    expect(await send(daemon, 'read-only')).toBe(503);
    await daemon.writes(/(cannot be written|cannot be opened|opened again).*"event":"hook_not_kept"/);

    disk.unprotect();
    await daemon.writes(UP);
    expect((await daemon.get('/-/ready')).status).toBe(200);
    expect(await send(daemon, 'full')).toBe(200);
    expect(await daemon.attempt(waiting)).toMatchObject({ outcome: 'receiver_down', fault: 'receiver' });
    const next = await daemon.run('acme-sms');
    await stage.onTheWay(1);
    stage.deliver();
    expect(await daemon.attempt(next)).toMatchObject({ outcome: 'ok' });
    const families = await daemon.metrics();
    expect(valueOf(families, 'twofa_store_up')).toBe(1);
    expect(valueOf(families, 'twofa_spend_month')).toBeCloseTo((2 * CODE_COST) / 1e6, 6);
    daemon.child.kill('SIGTERM');
    expect(await daemon.ended()).toBe(0);
    expect(readKept(join(disk.folder, 'twofa.db'))).toEqual({
      integrity: 'ok',
      messages: ['before', 'full'],
    });
  },
);

test('a daemon whose disk is read-only does not start, and says why', async () => {
  const stage = await createSimStage();
  const disk = await mountSmallDisk(stage.folder);
  await stage.write((config) => {
    config.store = './disk/twofa.db';
  });
  disk.protect();
  const daemon = runCommand(['start', `--config.file=${stage.configFile}`]);
  expect(await daemon.ended()).toBe(2);
  expect(daemon.stderr).toMatch(/disk\/twofa\.db: the file cannot be (written|opened)/);
});

/** A message that nobody waits for; the status of the answer. */
const send = async (daemon: RunningDaemon, id: string): Promise<number> =>
  (await sendToRack(daemon.hooks, { id, to: '+12025550114' })).status;

function readKept(path: string) {
  const database = new DatabaseSync(path);
  const all = (sql: string) => database.prepare(sql).all();
  const kept = {
    integrity: all('pragma integrity_check')[0]?.['integrity_check'],
    messages: all('select provider_id from messages where attempt is null order by provider_id').map(
      (row) => row['provider_id'],
    ),
  };
  database.close();
  return kept;
}
