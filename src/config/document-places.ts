import { isAlias, isMap, isScalar, isSeq, visit, type Document, type Node, type Pair } from 'yaml';
import type { Path } from './path.ts';

/** Where something stands in a YAML document. */
export interface Place {
  readonly key: Node | null;
  readonly node: Node | null;
}

/** The deepest place on the way to `path` that the document has, through aliases and merges. */
export function walk(document: Document, path: Path): Place {
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
export function pathOf(document: Document, wanted: Node): Path {
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
