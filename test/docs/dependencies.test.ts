import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

interface Locked {
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
  readonly integrity?: string;
  readonly resolved?: string;
}
interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

const read = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
const manifest = read('package.json') as Manifest;
const { packages } = read('package-lock.json') as { packages: Record<string, Locked> };
const installed = Object.entries(packages).filter(([path]) => path !== '');

test('nothing that is installed with the package runs a script of its own while it is installed', () => {
  const production = installed.filter(([, { dev }]) => !dev);
  expect(production.length).toBeGreaterThan(20);
  expect(production.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([]);
  const own = Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$/.test(name));
  expect(own).toEqual([]);
});

test('every package is locked by its content, and comes from the registry', () => {
  const loose = installed.filter(([, { integrity = '', resolved = '' }]) => {
    return !integrity.startsWith('sha512-') || !/^(https:\/\/registry\.npmjs\.org\/.*)?$/.test(resolved);
  });
  expect(loose.map(([path]) => path)).toEqual([]);
});

test('every dependency is an exact version', () => {
  const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(all.filter(([, version]) => !/^[0-9]+\.[0-9]+\.[0-9]+(-[a-z0-9.]+)?$/.test(version))).toEqual([]);
});

test('the bill of materials names every dependency with its version', { timeout: 120_000 }, () => {
  expect(manifest.scripts['sbom']).toBe('node scripts/sbom.ts');
  const { stdout } = spawnSync(process.execPath, [join(ROOT, 'scripts/sbom.ts')], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const bill = JSON.parse(stdout) as {
    bomFormat: string;
    components: { name: string; version: string; purl: string }[];
  };
  expect(bill.bomFormat).toBe('CycloneDX');
  const named = new Set(bill.components.map(({ purl }) => decodeURIComponent(purl)));
  const missing = Object.entries(manifest.dependencies).filter(
    ([name, version]) => !named.has(`pkg:npm/${name}@${version}`),
  );
  expect(missing).toEqual([]);
  expect(bill.components.map(({ name }) => name)).not.toContain('vitest');
});
