import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Messages that have not been delivered yet: one file each, named so that the oldest comes first. */

/**
 * Keeps a message. When this resolves, it outlives a crash and a power cut.
 * @param {{ modem: string, from: string, text: string, names: string[], at: number }} message
 */
export async function keep(spool, message) {
  await mkdir(spool, { recursive: true, mode: 0o700 });
  const name = `${String(message.at).padStart(15, '0')}-${randomBytes(6).toString('hex')}.json`;
  const draft = join(spool, `.${name}`);
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify(message));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, join(spool, name));
  const folder = await open(spool, 'r');
  await folder.sync().finally(() => folder.close());
}

/** The names of the messages that wait, oldest first. */
export async function waiting(spool) {
  const names = await readdir(spool).catch(() => []);
  return names.filter((name) => /^[0-9]+-[0-9a-f]+\.json$/.test(name)).sort();
}

/** null: it is gone, because another process delivered it. */
export async function take(spool, name) {
  const text = await readFile(join(spool, name), 'utf8').catch(() => null);
  return text === null ? null : JSON.parse(text);
}

export const forget = (spool, name) => unlink(join(spool, name)).catch(() => undefined);

/** What the inbox will never take is kept aside for people to look at. */
export async function setAside(spool, name) {
  await mkdir(join(spool, 'refused'), { recursive: true, mode: 0o700 });
  await rename(join(spool, name), join(spool, 'refused', name)).catch(() => undefined);
}

const LOG_BYTES = 1_000_000;

/** One line of what happened: never a text or a number. SMSD closes standard output and error. */
export async function note(spool, line) {
  const log = join(spool, 'log');
  try {
    const { size } = await stat(log).catch(() => ({ size: 0 }));
    if (size > LOG_BYTES) await rename(log, `${log}.1`);
    await appendFile(log, `${new Date().toISOString()} ${line}\n`, { mode: 0o600 });
  } catch {
    // A full disk must not keep a message from being delivered.
  }
  process.stderr.write(`${line}\n`);
}
