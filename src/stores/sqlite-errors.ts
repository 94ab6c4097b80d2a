import { StoreDown } from '../ports/store.ts';

/** https://www.sqlite.org/rescode.html: what says that the file or its disk fails, whatever was asked. */
const DISK_CODES: Readonly<Record<number, string>> = {
  5: 'another process holds the file locked',
  6: 'the file is locked',
  7: 'out of memory',
  8: 'the file cannot be written',
  9: 'interrupted',
  10: 'the disk reports an error',
  11: 'the file is damaged',
  13: 'the disk is full',
  14: 'the file cannot be opened',
  15: 'the file locking protocol failed',
  26: 'the file is not an SQLite database',
};

/** SQLite's primary result code; null for errors that are not SQLite's. */
export function sqliteCode(error: unknown): number | null {
  const { errcode } = Object(error) as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : null;
}

/** Whether it is the file or its disk that failed, and so every call with it. */
export const isDiskError = (error: unknown): boolean => (sqliteCode(error) ?? 0) in DISK_CODES;

/** Says of which file, and what is wrong with it. */
export function storeDown(path: string, error: unknown): StoreDown {
  if (error instanceof StoreDown) return error;
  const detail = error instanceof Error ? error.message : String(error);
  const why = DISK_CODES[sqliteCode(error) ?? 0];
  return new StoreDown(`store ${path}: ${why === undefined ? detail : `${why} (${detail})`}`, {
    cause: error,
  });
}
