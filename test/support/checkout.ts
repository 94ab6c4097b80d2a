import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { succeed } from './execute.ts';

/** This checkout's folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A clone of what is committed, in a folder that does not exist yet. */
export async function cloneCheckout(folder: string): Promise<void> {
  await succeed('git', ['clone', '--quiet', `file://${ROOT}`, folder], { cwd: ROOT });
}

/** The same, with what is installed here, and built. */
export async function cloneBuilt(folder: string): Promise<void> {
  await cloneCheckout(folder);
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await succeed(process.execPath, ['scripts/build.ts'], { cwd: folder });
}
