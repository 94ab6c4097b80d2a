import { randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { OURSELVES } from '../ourselves.ts';

/**
 * The default export of a user's .ts or .js file, imported afresh with all that it imports relatively. Throws an
 * Error that says what is wrong with the file, and where.
 */
export async function loadModule(path: string): Promise<unknown> {
  if (!/\.m?[jt]s$/.test(path)) throw new Error(`${path}: expected a .ts, .mts, .js or .mjs file`);
  try {
    await access(path);
  } catch (cause) {
    throw new Error(`${path} cannot be read; expected a file that exports a flow`, { cause });
  }
  hooks();
  const url = `${pathToFileURL(path).href}?${MARK}=${randomUUID()}`;
  const exported = await importFile(path, url);
  if (typeof exported !== 'object' || exported === null || !('default' in exported)) {
    throw new Error(`${path} has no default export; expected \`export default defineFlow({ … })\``);
  }
  return exported.default;
}

const MARK = 'twofa-flow';
const MARKED = new RegExp(`[?]${MARK}=[0-9a-f-]+$`);

/** Registered once for the process, on the first flow; stateless: a flow's files carry a mark in their URL. */
const hooks = once(() =>
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const parentMark = MARKED.exec(context.parentURL ?? '')?.[0];
      if (parentMark !== undefined && specifier === 'twofa-prober') {
        return { url: OURSELVES.href, shortCircuit: true };
      }
      const mark = MARKED.exec(specifier)?.[0] ?? (isRelative(specifier) ? parentMark : undefined);
      const resolved = nextResolve(specifier, context);
      if (mark === undefined) return resolved;
      // Whatever a package.json above says: flows are ES modules.
      const url = resolved.url.replace(/[?].*$/, '');
      const format = formatOf(url) ?? resolved.format;
      return { ...resolved, url: `${url}${mark}`, ...(format !== undefined && { format }) };
    },
  }),
);

const isRelative = (specifier: string): boolean => /^\.{1,2}\//.test(specifier);

function formatOf(url: string): 'module' | 'module-typescript' | null {
  if (/\.m?ts$/.test(url)) return 'module-typescript';
  return /\.m?js$/.test(url) ? 'module' : null;
}

async function importFile(path: string, url: string): Promise<unknown> {
  try {
    return await import(url);
  } catch (cause) {
    const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new Error(`${placeOf(cause) ?? path} cannot be loaded: ${what.trim()}`, { cause });
  }
}

/** file:line, where Node tells it in the stack: above the message for syntax, in the first frame else. */
function placeOf(error: unknown): string | null {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const found = new RegExp(`(file://[^\\s?()]+)[?]${MARK}=[0-9a-f-]+:([0-9]+)`).exec(stack);
  return found ? `${fileURLToPath(found[1] ?? '')}:${found[2]}` : null;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
