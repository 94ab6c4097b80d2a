import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type ErrorCode,
  type Node,
  type Pair,
  type Scalar,
} from 'yaml';
import type { Diagnostic } from './diagnostics.ts';
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

interface Place {
  readonly key: Node | null;
  readonly node: Node | null;
}

/** The deepest place on the way to `path` that the file has. */
function walk(document: Document, path: Path): Place {
  let place: Place = { key: null, node: asNode(document.contents) };
  for (const step of path) {
    const next = stepInto(document, place.node, step);
    if (!next) break;
    place = next;
  }
  return place;
}

function stepInto(document: Document, from: Node | null, step: string | number): Place | null {
  const node = resolved(document, from);
  if (isSeq(node)) {
    const item = asNode(node.items[Number(step)]);
    return item ? { key: item, node: item } : null;
  }
  if (!isMap(node)) return null;
  const own = node.items.find((pair) => keyText(pair) === String(step));
  if (own) return { key: asNode(own.key), node: asNode(own.value) ?? asNode(own.key) };
  return mergedInto(document, node.items, step);
}

/** `<<: *base`, or a list of such. */
function mergedInto(document: Document, pairs: readonly Pair[], step: string | number): Place | null {
  for (const pair of pairs.filter((candidate) => keyText(candidate) === '<<')) {
    const source = resolved(document, asNode(pair.value));
    const maps = isSeq(source) ? source.items.map((item) => asNode(item)) : [source];
    for (const map of maps) {
      const found = map === null ? null : stepInto(document, map, step);
      if (found) return found;
    }
  }
  return null;
}

const resolved = (document: Document, node: Node | null): Node | null =>
  isAlias(node) ? (node.resolve(document) ?? null) : node;

const keyText = (pair: Pair): string | null => {
  if (isScalar(pair.key)) return typeof pair.key.value === 'symbol' ? '<<' : String(pair.key.value);
  return null;
};

const asNode = (value: unknown): Node | null =>
  isScalar(value) || isMap(value) || isSeq(value) || isAlias(value) ? value : null;

/** Where a node stands; found by looking, which is only done for faults. */
function pathOf(document: Document, wanted: Node): Path {
  let found: Path = [];
  visit(document, {
    Node(key, node, ancestors) {
      if (node !== wanted) return undefined;
      found = pathThrough([...ancestors, node], key);
      return visit.BREAK;
    },
  });
  return found;
}

function pathThrough(chain: readonly unknown[], lastKey: unknown): Path {
  const path: (string | number)[] = [];
  for (const [index, parent] of chain.entries()) {
    const child = chain[index + 1];
    if (isSeq(parent) && child !== undefined) path.push(parent.items.indexOf(child));
    if (isPairLike(parent)) path.push(keyText(parent) ?? '?');
  }
  return lastKey === null ? [] : path;
}

const isPairLike = (value: unknown): value is Pair =>
  typeof value === 'object' && value !== null && 'key' in value && !isScalar(value) && !isMap(value);
