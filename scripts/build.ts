// Builds dist/ from src/: JavaScript in a few files, the declarations of what flows in code import, and the assets.
// Libraries that package.json lists as dependencies are installed with the package; all others are built in, because
// reading their hundreds of small files took a third of the daemon's start.
import { spawnSync } from 'node:child_process';
import { cp, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown, type RolldownOutput } from 'rolldown';
import manifest from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'dist');
const next = join(root, 'dist.next');
// Files of src/ that find others by their own place are one folder below it; so is this, below dist/.
const lib = 'lib';
const begun = new Date();

await rm(next, { recursive: true, force: true });
declare();
const built = await bundle();
await cp(join(root, 'src/web/assets'), join(next, lib, 'assets'), { recursive: true });
await writeFile(join(next, 'LICENSES.txt'), await licences(built));
// bin/ takes the build as long as no source is newer; sources may have changed since.
await utimes(join(next, lib, 'main.js'), begun, begun);
await rm(target, { recursive: true, force: true });
await rename(next, target);

function declare(): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(
    process.execPath,
    [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', next],
    { stdio: 'inherit' },
  );
  if (status !== 0) process.exit(status ?? 1);
}

async function bundle(): Promise<RolldownOutput> {
  const installed = Object.keys(manifest.dependencies);
  const bundled = await rolldown({
    input: {
      [`${lib}/main`]: join(root, 'src/main.ts'),
      index: join(root, 'src/index.ts'),
      [`${lib}/sqlite-worker`]: join(root, 'src/stores/sqlite-worker.ts'),
      [`${lib}/bcrypt-worker`]: join(root, 'src/web/bcrypt-worker.ts'),
    },
    platform: 'node',
    external: (id) => installed.some((name) => id === name || id.startsWith(`${name}/`)),
    transform: { target: 'node22' },
    // No paths of the machine that builds.
    experimental: { attachDebugInfo: 'none' },
  });
  return bundled.write({
    dir: next,
    format: 'esm',
    // Sources stay in memory, and libraries are half comments.
    comments: { legal: true, jsdoc: false, annotation: false },
    entryFileNames: '[name].js',
    chunkFileNames: `${lib}/[name]-[hash].js`,
  });
}

/** The notices of the libraries that are built in. */
async function licences({ output }: RolldownOutput): Promise<string> {
  const files = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
  const folders = files.flatMap((file) => /^.*[/]node_modules[/](?:@[^/]+[/])?[^/]+/.exec(file)?.[0] ?? []);
  const notices = [...new Set(folders)].sort().map(async (folder) => {
    const { name, version } = parseManifest(await readFile(join(folder, 'package.json'), 'utf8'));
    return `${name} ${version}\n\n${(await readFile(join(folder, 'LICENSE'), 'utf8')).trim()}\n`;
  });
  return (await Promise.all(notices)).join(`\n${'-'.repeat(80)}\n\n`);
}

function parseManifest(text: string) {
  return JSON.parse(text) as { readonly name: string; readonly version: string };
}
