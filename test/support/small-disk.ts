import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { currentTest, type Finish } from './finish.ts';

/** A disk of its own for a store, to be filled up and taken away. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes what space is left. */
  fill(): Promise<void>;
  /** Gives it back. */
  free(): Promise<void>;
  /** From now on files are opened for reading only; what is open stays as it is. */
  protect(): void;
  unprotect(): void;
}

/** Mounts a tmpfs within `folder`, which takes the rights of root: without them it fails, and says so. */
export async function mountSmallDisk(
  folder: string,
  { megabytes = 3, onTestFinished = currentTest }: { megabytes?: number; onTestFinished?: Finish } = {},
): Promise<SmallDisk> {
  const disk = join(folder, 'disk');
  // Another way to the same files.
  const aside = join(folder, 'aside');
  await Promise.all([mkdir(disk), mkdir(aside)]);
  mount(['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk]);
  onTestFinished(() => unmount(disk));
  mount(['--bind', disk, aside]);
  onTestFinished(() => unmount(aside));
  const ballast = join(aside, 'ballast');
  let isProtected = false;
  const unprotect = () => {
    if (isProtected) unmount(disk);
    isProtected = false;
  };
  onTestFinished(unprotect);
  return {
    folder: disk,
    async fill() {
      const written = await writeFile(ballast, Buffer.alloc(megabytes * 1_048_576)).catch(
        (error: NodeJS.ErrnoException) => error.code,
      );
      if (written !== 'ENOSPC') throw new Error(`the disk did not fill up: ${written ?? 'all was written'}`);
    },
    free: () => rm(ballast),
    protect() {
      isProtected = true;
      mount(['--bind', disk, disk]);
      mount(['-o', 'remount,bind,ro', disk]);
    },
    unprotect,
  };
}

function mount(args: readonly string[]): void {
  try {
    asRoot('mount', args);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `this test mounts small disks: run it as root, in a container with CAP_SYS_ADMIN (${why})`,
      {
        cause: error,
      },
    );
  }
}

/** Also while the daemon has not closed its files yet. */
const unmount = (path: string): void => asRoot('umount', ['--lazy', path]);

function asRoot(command: string, args: readonly string[]): void {
  const stdio = ['ignore', 'ignore', 'pipe'] as const;
  if (process.getuid?.() === 0) execFileSync(command, args, { stdio: [...stdio] });
  else execFileSync('sudo', ['-n', command, ...args], { stdio: [...stdio] });
}
