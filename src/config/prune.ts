import type { z } from 'zod';

/** How deep an entry sits that can be left out without harming its neighbours. */
const ENTRY_DEPTH: Readonly<Record<string, number>> = {
  inboxes: 2,
  senders: 2,
  phones: 2,
  targets: 2,
  probes: 2,
  controls: 2,
};

type Issues = readonly z.core.$ZodIssue[];

/** The same data without the values that are wrong, so that the rest can still be checked in the same run. */
export const pruneValues = (data: unknown, issues: Issues): unknown => prune(data, issues, (path) => path);

/** The same data without the whole entries that are wrong. */
export const pruneEntries = (data: unknown, issues: Issues): unknown => prune(data, issues, entryPath);

/** Changes a copy. */
function prune(
  data: unknown,
  issues: Issues,
  place: (path: readonly string[]) => readonly string[],
): unknown {
  const copy: unknown = structuredClone(data);
  // Backwards: taking an entry out of a list moves those after it.
  for (const issue of [...issues].reverse()) {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) remove(copy, [...path, key]);
    else remove(copy, place(path));
  }
  return copy;
}

function entryPath(path: readonly string[]): readonly string[] {
  const [section = ''] = path;
  if (section === 'targets' && path[2] === 'accounts' && path.length > 4) return path.slice(0, 4);
  return path.slice(0, ENTRY_DEPTH[section] ?? 1);
}

function remove(data: unknown, path: readonly string[]): void {
  let parent = data;
  for (const step of path.slice(0, -1))
    parent = isMap(parent) && Object.hasOwn(parent, step) ? parent[step] : null;
  const last = path.at(-1);
  if (last === undefined || !isMap(parent)) return;
  // A hole in a list would be another fault.
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
}

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
