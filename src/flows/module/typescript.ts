import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** A TypeScript that a user has installed. */
export interface TypeScript {
  readonly version: string;
  /** Its `tsc`, to be run by Node. */
  readonly tsc: string;
}

const manifest = z.object({
  version: z.string(),
  bin: z.union([z.string(), z.object({ tsc: z.string() }).transform(({ tsc }) => tsc)]),
});

/** The TypeScript that files in `folder` would import; null where there is none. */
export async function findTypeScript(folder: string): Promise<TypeScript | null> {
  const path = resolveFrom(folder, 'typescript/package.json');
  if (path === null) return null;
  const { version, bin } = manifest.parse(JSON.parse(await readFile(path, 'utf8')));
  return { version, tsc: join(dirname(path), bin) };
}

/** The folder of the `@types/node` that files in `folder` would get; null where there is none. */
export function findNodeTypes(folder: string): string | null {
  const path = resolveFrom(folder, '@types/node/package.json');
  return path === null ? null : dirname(path);
}

function resolveFrom(folder: string, specifier: string): string | null {
  try {
    return createRequire(join(folder, 'flow.js')).resolve(specifier);
  } catch {
    return null;
  }
}
