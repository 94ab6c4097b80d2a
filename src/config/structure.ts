import type { z } from 'zod';
import type { Diagnostic } from './diagnostics.ts';
import type { ConfigDocument } from './document.ts';
import { expectation, unionChoices } from './expectation.ts';
import { showName, type Path } from './path.ts';
import { childOf, isWriteOnly, knownKeys } from './schema-walk.ts';
import { isSecretive, shown } from './shown.ts';
import { didYouMean, listed } from './suggest.ts';
import type { Substitution } from './substitute.ts';

export interface Source {
  readonly document: ConfigDocument;
  readonly substitution: Substitution;
  readonly data: unknown;
}

type Issue = z.core.$ZodIssue;

/** What the file looks like, against its schema: every fault at once. */
export function checkStructure(root: z.ZodType, source: Source): Diagnostic[] {
  const answer = root.safeParse(source.data, { error: expectation });
  const issues = (answer.error?.issues ?? []).flatMap((issue) => nearestBranch(issue, source.data));
  return issues.flatMap((issue) => explain(issue, root, source));
}

/** Of alternatives, the one whose form the value has: its faults are the ones worth reading. */
function nearestBranch(issue: Issue, data: unknown): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const value = valueAt(data, pathOf(issue));
  const branches = issue.errors.map((branch) =>
    branch.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
  );
  const chosen = branches.find((branch) => !branch.some((inner) => isOfOtherType(inner, issue)));
  if (chosen) return chosen.flatMap((inner) => nearestBranch(inner, data));
  const words = branches.map((branch) => branch[0]?.message.replace(/^expected /, '') ?? '');
  const message = value === undefined ? 'expected a value' : `expected ${[...new Set(words)].join(', or ')}`;
  return [{ ...issue, errors: [], message }];
}

const isOfOtherType = (inner: Issue, outer: Issue): boolean =>
  inner.path.length === outer.path.length &&
  (inner.code === 'invalid_type' || inner.code === 'invalid_value');

function explain(issue: Issue, root: z.ZodType, source: Source): Diagnostic[] {
  const { document, substitution, data } = source;
  const path = pathOf(issue);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(root, path, data) ?? [];
    return issue.keys.map((key) => document.diagnoseKey('fault', [...path, key], unknownKey(key, known)));
  }
  if (issue.code === 'invalid_key') {
    const why = issue.issues[0]?.message ?? issue.message;
    return [document.diagnoseKey('fault', path, `found the name "${showName(String(path.at(-1)))}", ${why}`)];
  }
  const node = document.nodeAt(path);
  const value = valueAt(data, path);
  if (node !== null && value !== undefined && substitution.broken.has(node)) return [];
  if (value === undefined) return [document.diagnoseKey('fault', path, `missing, ${expected(issue)}`)];
  const hidden = isHidden(root, path, source);
  const found = hidden && isPlain(value) ? '[secret]' : quote(value, issue);
  const hint = hidden || typeof value !== 'string' ? '' : didYouMean(value, choices(issue));
  return [document.diagnose('fault', path, `found ${found}, ${expected(issue)}${hint}`)];
}

const unknownKey = (key: string, known: readonly string[]): string => {
  const near = didYouMean(key, known);
  if (near !== '') return `unknown key${near}`;
  return known.length === 0 ? 'unknown key' : `unknown key, expected ${listed(known)}`;
};

/** Where a map or a list was wanted, the text is not quoted: it may be a secret that slipped up a level. */
const quote = (value: unknown, issue: Issue): string => {
  const wantsMore = issue.code === 'invalid_type' && ['object', 'record', 'array'].includes(issue.expected);
  return wantsMore && isPlain(value)
    ? `a ${typeof value === 'string' ? 'text' : typeof value}`
    : shown(value);
};

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null;

const expected = (issue: Issue): string =>
  issue.message.startsWith('expected ') ? issue.message : `which is refused: ${issue.message}`;

function choices(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return unionChoices(issue);
}

/** Hidden: secrets by their schema, by their name, and whatever came from outside the file. */
export function isHidden(root: z.core.$ZodType, path: Path, source: Source): boolean {
  const node = source.document.nodeAt(path);
  if (node !== null && source.substitution.nodes.has(node)) return true;
  if (path.slice(2).some((step) => isSecretive(String(step)))) return true;
  return isWriteOnly(root, path, source.data);
}

const pathOf = (issue: Issue): Path => issue.path.map((step) => (typeof step === 'symbol' ? '' : step));

export const valueAt = (data: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, step) => childOf(value, step), data);
