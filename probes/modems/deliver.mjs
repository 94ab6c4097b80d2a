#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { open, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { post } from './post.mjs';
import { readSecret, readSettings, spoolOf } from './settings.mjs';
import { forget, keep, note, setAside, take, waiting } from './spool.mjs';

const SELF = fileURLToPath(import.meta.url);
/** How long SMSD is kept waiting in all. */
const FOREGROUND_MS = 10_000;
const LONGEST_PAUSE_MS = 60_000;
/** A deliverer touches its lock at least once a minute: one that is older is of a process that died. */
const STALE_LOCK_MS = 5 * 60_000;

/** Keeps a message, delivers it if the inbox can be reached, and else leaves that to a process of its own. */
export async function receive(message) {
  const spool = await spoolOf();
  try {
    await keep(spool, message);
  } catch (error) {
    await note(spool, `cannot keep a message (${error.code}): delivering it without`);
    await deliverUnkept(message);
    return;
  }
  if (await drain(spool, Date.now() + FOREGROUND_MS)) return;
  spawn(process.execPath, [SELF, '--until-empty'], { detached: true, stdio: 'ignore' }).unref();
}

async function deliverUnkept(message) {
  const settings = await readSettings();
  const { end, words } = await post(message, { ...settings, secret: await readSecret(settings.secretFile) });
  if (end !== 'taken') throw new Error(`a message is lost: it could be neither kept nor delivered: ${words}`);
}

/** One pass over what waits, until `untilMs`. True when nothing is left. */
export async function drain(spool, untilMs = Infinity) {
  try {
    const settings = await readSettings();
    const line = { ...settings, secret: await readSecret(settings.secretFile) };
    for (const name of await waiting(spool)) {
      if (Date.now() > untilMs || !(await deliver(spool, name, line))) break;
    }
  } catch (error) {
    await note(spool, `cannot deliver: ${error.message}`);
  }
  return (await waiting(spool)).length === 0;
}

/** False when there is no sense in trying the next one. */
async function deliver(spool, name, line) {
  const message = await take(spool, name);
  if (message === null) return true;
  const { end, words } = await post(message, line);
  if (end === 'taken') await forget(spool, name);
  if (end === 'refused') await setAside(spool, name);
  await note(spool, `${name} ${end}: ${words}`);
  return end !== 'away';
}

/** Tries until nothing waits. One process at a time; two would do no harm, for the inbox knows a message by its id. */
async function drainUntilEmpty(spool) {
  const lock = join(spool, '.delivering');
  if (!(await lockIt(lock))) return;
  try {
    for (let waitMs = 1000; !(await drain(spool)); waitMs = Math.min(2 * waitMs, LONGEST_PAUSE_MS)) {
      await utimes(lock, new Date(), new Date());
      await pause(waitMs);
    }
  } finally {
    await unlink(lock).catch(() => undefined);
  }
}

async function lockIt(lock) {
  const held = await stat(lock).catch(() => null);
  if (held && Date.now() - held.mtimeMs > STALE_LOCK_MS) await unlink(lock).catch(() => undefined);
  const file = await open(lock, 'wx', 0o600).catch(() => null);
  await file?.close();
  return file !== null;
}

if (realpathSync(process.argv[1]) === SELF) {
  const spool = await spoolOf();
  if (process.argv[2] === '--until-empty') await drainUntilEmpty(spool);
  else process.exitCode = (await drain(spool)) ? 0 : 1;
}
