// Prints the bill of materials of what is installed with the package, as CycloneDX. `npm sbom --omit=dev` alone leaves out
// dependencies that a devDependency needs as well; so it is shown a manifest that has no devDependencies.
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import lock from '../package-lock.json' with { type: 'json' };
import manifest from '../package.json' with { type: 'json' };

const { devDependencies: _left, scripts: _out, ...production } = manifest;
const installed = Object.entries(lock.packages).filter(([path, entry]) => path !== '' && !('dev' in entry));
const parent = await mkdtemp(join(tmpdir(), 'twofa-sbom-'));
// npm names the component after its folder.
const folder = join(parent, manifest.name);
await mkdir(folder);
try {
  const write = (name: string, data: object) => writeFile(join(folder, name), JSON.stringify(data));
  await write('package.json', production);
  await write('package-lock.json', {
    ...lock,
    packages: { '': production, ...Object.fromEntries(installed) },
  });
  const args = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx'];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  process.exitCode = status ?? 1;
} finally {
  await rm(parent, { recursive: true, force: true });
}
