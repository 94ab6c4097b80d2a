import {
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type ErrorCode,
  type Node,
  type Scalar,
} from 'yaml';
import type { Diagnostic } from './diagnostics.ts';
import { pathOf, walk } from './document-places.ts';
import { showPath, type Path } from './path.ts';
import { shieldPlaceholders, unshieldPlaceholders } from './placeholders.ts';
import { yamlFault } from './yaml-fault.ts';

/** A YAML file that remembers where each of its values stood. */
export interface ConfigDocument {
  /** Broken YAML; when there are any, the rest is of no use. */
  readonly faults: readonly Diagnostic[];
  /** Every text that is a value, not a key; each node once. */
  readonly texts: () => Scalar<string>[];
  /** As plain data. Throws when aliases are circular or multiply beyond bounds. */
  readonly toData: () => unknown;
  /** The node at a path, through aliases and merges. */
  readonly nodeAt: (path: Path) => Node | null;
  /** A diagnostic that points at the value at `path`, or at the nearest thing around it that exists. */
  readonly diagnose: (level: Diagnostic['level'], path: Path, message: string) => Diagnostic;
  /** The same, pointing at the key itself. */
  readonly diagnoseKey: (level: Diagnostic['level'], path: Path, message: string) => Diagnostic;
  readonly diagnoseNode: (level: Diagnostic['level'], node: Node, message: string) => Diagnostic;
}

/** More would let nine short lines grow into gigabytes (https://en.wikipedia.org/wiki/Billion_laughs_attack). */
const MAX_ALIASES = 100;

export function readDocument(text: string): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(shieldPlaceholders(text), {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
    merge: true,
  });
  unshield(document);
  const positioned = (level: Diagnostic['level'], offset: number | null, path: string, message: string) => {
    const place = offset === null ? null : lines.linePos(offset);
    return { level, line: place?.line ?? null, column: place?.col ?? null, path, message };
  };
  const broken = tellingErrors([...document.errors, ...document.warnings]).map((error) =>
    positioned('fault', error.pos[0], '', yamlFault(error.code)),
  );
  const astray = brokenAliases(document).map(({ node, message }) =>
    positioned('fault', offsetOf(node), showPath(pathOf(document, node)), message),
  );
  return {
    faults: [...broken, ...astray],
    texts: () => valueTexts(document),
    toData: () => document.toJS({ maxAliasCount: MAX_ALIASES }),
    nodeAt: (path) => walk(document, path).node,
    diagnose: (level, path, message) => {
      const { key, node } = walk(document, path);
      return positioned(level, offsetOf(node) ?? offsetOf(key), showPath(path), message);
    },
    diagnoseKey: (level, path, message) => {
      const { key, node } = walk(document, path);
      return positioned(level, offsetOf(key) ?? offsetOf(node), showPath(path), message);
    },
    diagnoseNode: (level, node, message) =>
      positioned(level, offsetOf(node), showPath(pathOf(document, node)), message),
  };
}

/** These stand for themselves; of the others the first throws the parser off its way, and the rest are echoes. */
const ALONE: ReadonlySet<ErrorCode> = new Set(['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED']);

function tellingErrors<E extends { readonly code: ErrorCode }>(errors: readonly E[]): E[] {
  const first = errors.find((error) => !ALONE.has(error.code));
  return errors.filter((error) => error === first || ALONE.has(error.code));
}

/** Aliases without an anchor before them, and those inside what they stand for, which would never end. */
function brokenAliases(document: Document): { node: Node; message: string }[] {
  const found: { node: Node; message: string }[] = [];
  visit(document, {
    Alias(_key, node, ancestors) {
      const source = node.resolve(document);
      if (!source)
        found.push({ node, message: 'an alias (*name) that no anchor (&name) before it explains' });
      else if (ancestors.includes(source))
        found.push({ node, message: 'an alias (*name) inside what it stands for' });
    },
  });
  return found;
}

const offsetOf = (node: Node | null): number | null => node?.range?.[0] ?? null;

/** Puts placeholders back, in keys too: those are shown, not replaced. */
function unshield(document: Document): void {
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string') node.value = unshieldPlaceholders(node.value);
    },
  });
}

function valueTexts(document: Document): Scalar<string>[] {
  const texts: Scalar<string>[] = [];
  visit(document, {
    Scalar(key, node) {
      if (key !== 'key' && isText(node)) texts.push(node);
    },
  });
  return texts;
}

const isText = (node: Scalar): node is Scalar<string> => typeof node.value === 'string';
