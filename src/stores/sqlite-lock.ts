import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { StoreDown } from '../ports/store.ts';
import { isDiskError, sqliteCode } from './sqlite-errors.ts';

/** Says who holds a store. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly boot: string;
}

const SQLITE_BUSY = 5;
const BUSY_TIMEOUT_MS = 500;
const TRIES = 10;

/**
 * Takes the store for this process alone; returns what gives it back. Throws a StoreDown that names the holder.
 *
 * `<path>.lock` is a tiny database in which the holder keeps a write transaction open: others can read who that
 * is, and cannot write. The operating system ends it with the process, however that ends, so it is never stale:
 * a number in a file would mean nothing after a restart, or in a container, where every daemon has the same one.
 */
export function holdLock(path: string, boot: string): () => void {
  const lock = new DatabaseSync(`${path}.lock`);
  try {
    lock.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (signAndHold(lock, { pid: process.pid, host: hostname(), boot })) return () => lock.close();
    }
    throw new StoreDown(`store ${path}: others keep taking its lock; start one daemon only`);
  } catch (error) {
    const refusal = sqliteCode(error) === SQLITE_BUSY ? inUse(path, readHolder(lock)) : error;
    lock.close();
    throw refusal;
  }
}

/** Signing ends one transaction and holding begins another; false when somebody signed in between. */
function signAndHold(lock: DatabaseSync, { pid, host, boot }: Holder): boolean {
  lock.exec('BEGIN IMMEDIATE');
  lock.exec('CREATE TABLE IF NOT EXISTS holder (pid INTEGER, host TEXT, boot TEXT)');
  lock.exec('DELETE FROM holder');
  lock.prepare('INSERT INTO holder (pid, host, boot) VALUES (?, ?, ?)').run(pid, host, boot);
  lock.exec('COMMIT');
  lock.exec('BEGIN IMMEDIATE');
  const holder = readHolder(lock);
  if (holder?.boot === boot && holder.pid === pid) return true;
  lock.exec('ROLLBACK');
  return false;
}

function readHolder(lock: DatabaseSync): Holder | null {
  try {
    const row = lock.prepare('SELECT pid, host, boot FROM holder').get();
    return row ? { pid: Number(row['pid']), host: String(row['host']), boot: String(row['boot']) } : null;
  } catch (error) {
    if (isDiskError(error)) return null;
    throw error;
  }
}

function inUse(path: string, holder: Holder | null): StoreDown {
  const who = holder ? `process ${holder.pid} on host ${holder.host}` : 'another process';
  return new StoreDown(`store ${path} is in use by ${who}; stop that daemon, or give this one another store`);
}
