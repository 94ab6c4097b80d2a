// Compiles src/ to dist/ and copies what is not code beside it.
import { spawnSync } from 'node:child_process';
import { cp, readdir, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'src');
const target = join(root, 'dist');

await rm(target, { recursive: true, force: true });
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const compiled = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

for (const entry of await readdir(source, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || extname(entry.name) === '.ts') continue;
  const from = join(entry.parentPath, entry.name);
  await cp(from, join(target, from.slice(source.length)));
}
