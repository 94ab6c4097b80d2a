import { resolve } from 'node:path';
import type { Node } from 'yaml';
import type { Environment } from './environment.ts';
import type { Diagnostic } from './diagnostics.ts';
import type { ConfigDocument } from './document.ts';
import { printable } from './path.ts';

export interface Sources {
  readonly env: Environment;
  readonly folder: string;
  readonly readFile: (path: string) => Promise<string>;
}

export interface Substitution {
  readonly faults: readonly Diagnostic[];
  /** The values that hold something from outside the file: never to be shown. */
  readonly nodes: ReadonlySet<Node>;
  /** Those of them that could not be filled: whatever else is wrong with them is an echo. */
  readonly broken: ReadonlySet<Node>;
  readonly values: readonly string[];
}

/** `$${` is a literal `${`; else a placeholder up to its brace. */
const PLACEHOLDER = /\$\$\{|\$\{([^}]*)\}?/g;

/**
 * Replaces `${NAME}`, `${NAME:-default}` and `${file:PATH}` in values, after YAML has been read: what comes in
 * stays a text, whatever it looks like, and can neither add keys nor change types.
 */
export async function substitute(document: ConfigDocument, sources: Sources): Promise<Substitution> {
  const faults: Diagnostic[] = [];
  const nodes = new Set<Node>();
  const broken = new Set<Node>();
  const values: string[] = [];
  for (const node of document.texts()) {
    if (!node.value.includes('${')) continue;
    const filled = await fill(node.value, sources);
    for (const message of filled.faults) faults.push(document.diagnoseNode('fault', node, message));
    if (filled.faults.length > 0) broken.add(node);
    if (filled.replaced) {
      nodes.add(node);
      values.push(...filled.values, filled.text);
    }
    node.value = filled.text;
  }
  return { faults, nodes, broken, values: [...new Set(values)].filter((value) => value !== '') };
}

interface Filled {
  readonly text: string;
  readonly replaced: boolean;
  readonly values: readonly string[];
  readonly faults: readonly string[];
}

async function fill(text: string, sources: Sources): Promise<Filled> {
  let filled = '';
  let end = 0;
  const values: string[] = [];
  const faults: string[] = [];
  for (const match of text.matchAll(PLACEHOLDER)) {
    filled += text.slice(end, match.index);
    end = match.index + match[0].length;
    if (match[1] === undefined) {
      filled += '${';
      continue;
    }
    const found = match[0].endsWith('}') ? await lookUp(match[1], sources) : UNCLOSED;
    if ('value' in found) values.push(found.value);
    else faults.push(found.fault);
    filled += 'value' in found ? found.value : '';
  }
  return { text: filled + text.slice(end), replaced: values.length + faults.length > 0, values, faults };
}

type Found = { readonly value: string } | { readonly fault: string };

const UNCLOSED: Found = { fault: 'found ${ without }, expected ${NAME}; write $${ for a literal ${' };

const NAME = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

async function lookUp(inside: string, sources: Sources): Promise<Found> {
  if (inside.startsWith('file:')) return readSecretFile(inside.slice('file:'.length), sources);
  const [, name, fallback] = NAME.exec(inside) ?? [];
  if (name === undefined) {
    return {
      fault: 'found ${…}, expected ${NAME}, ${NAME:-default} or ${file:PATH}; write $${ for a literal ${',
    };
  }
  const value = Object.hasOwn(sources.env, name) ? sources.env[name] : undefined;
  // As in a shell, `:-` also replaces what is set but empty.
  if (fallback !== undefined) return { value: value === undefined || value === '' ? fallback : value };
  if (value !== undefined) return { value };
  return {
    fault: `environment variable ${name} is not set; set it, or give a default: \${${name}:-default}`,
  };
}

async function readSecretFile(path: string, sources: Sources): Promise<Found> {
  if (path === '') return { fault: 'found ${file:} without a path, expected ${file:PATH}' };
  const shown = printable(path);
  try {
    const content = await sources.readFile(resolve(sources.folder, path));
    return { value: content.replace(/\r?\n$/, '') };
  } catch (error) {
    return {
      fault: `file ${shown} cannot be read (${reasonOf(error)}); relative paths start at this file's folder`,
    };
  }
}

/** The system's code, such as ENOENT. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
