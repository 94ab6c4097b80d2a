import { readFile as readFromDisk } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { checkInboxes } from './check-inboxes.ts';
import { checkListeners } from './check-listeners.ts';
import { checkNames, checkUnused } from './check-names.ts';
import { checkPlan } from './check-plan.ts';
import { checkProbes } from './check-probes.ts';
import { checkReferences } from './check-references.ts';
import { checkSchedules } from './check-schedules.ts';
import type { Config } from './config.ts';
import { byPosition, type Diagnostic } from './diagnostics.ts';
import { readDocument, type ConfigDocument } from './document.ts';
import { processEnv, type Environment } from './environment.ts';
import { parseListenAddress } from './fields.ts';
import { planOf } from './plan-of.ts';
import { isMap, pruneEntries, pruneValues } from './prune.ts';
import { resolveConfig } from './resolve.ts';
import type { Check, Finding, Review } from './review.ts';
import { configSchema, type Kinds, type Parsed } from './schema.ts';
import { shown } from './shown.ts';
import { checkStructure, isHidden, valueAt, type Source } from './structure.ts';
import { reasonOf, substitute } from './substitute.ts';
import { loadWebFile } from './web-file.ts';

export interface LoadOptions {
  readonly kinds: Kinds;
  /** The process's environment by default. */
  readonly env?: Environment;
  readonly readFile?: (path: string) => Promise<string>;
  /** What `--web.listen-address` says (see parseListenAddress): goes before `web.listen`, through the same checks. */
  readonly webListen?: string;
  /** What `--web.config.file` says: TLS and users of the web listener, read together with the rest. */
  readonly webFile?: string;
  readonly hostName?: string;
}

export type Loaded =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly notices: readonly Diagnostic[];
      /** For what turns out later: a diagnostic with its place in the file. */
      readonly diagnose: ConfigDocument['diagnose'];
    }
  | { readonly ok: false; readonly faults: readonly Diagnostic[] };

const MAX_FILE_CHARACTERS = 2_000_000;

/** Reads, checks and resolves a configuration file. Never throws: whatever is wrong comes back, all of it at once. */
export async function loadConfig(file: string, options: LoadOptions): Promise<Loaded> {
  const read = options.readFile ?? ((path: string) => readFromDisk(path, 'utf8'));
  const path = resolve(file);
  let text: string;
  try {
    text = await read(path);
  } catch (error) {
    return refused([
      whole(`cannot be read (${reasonOf(error)}); expected a YAML file, see \`twofa-prober init\``),
    ]);
  }
  if (text.length > MAX_FILE_CHARACTERS) {
    return refused([whole(`has ${text.length} characters, expected at most ${MAX_FILE_CHARACTERS}`)]);
  }
  const document = readDocument(text);
  const web = await readWebFile(options.webFile, read);
  if (document.faults.length > 0) return refused([...web.faults, ...document.faults]);
  const env = options.env ?? processEnv();
  const substitution = await substitute(document, { env, folder: dirname(path), readFile: read });
  const data = plainData(document);
  if (data.fault) return refused([...web.faults, data.fault]);
  return judge({ document, substitution, data: data.value }, { ...options, path, web });
}

interface ReadWeb {
  readonly webGuard: Config['webGuard'];
  readonly faults: readonly Diagnostic[];
}

async function readWebFile(
  file: string | undefined,
  read: (path: string) => Promise<string>,
): Promise<ReadWeb> {
  if (file === undefined) return { webGuard: null, faults: [] };
  const loaded = await loadWebFile(file, read);
  return loaded.ok
    ? { webGuard: { file, guard: loaded.guard }, faults: [] }
    : { webGuard: null, faults: loaded.faults };
}

const whole = (message: string): Diagnostic => ({
  level: 'fault',
  line: null,
  column: null,
  path: '',
  message,
});

const refused = (faults: readonly Diagnostic[]): Loaded => ({
  ok: false,
  faults: [...faults].sort(byPosition),
});

function plainData(document: ConfigDocument): { value: unknown; fault: Diagnostic | null } {
  const root = document.nodeAt([]);
  if (root === null)
    return { value: null, fault: whole('is empty; expected a configuration, see `twofa-prober init`') };
  try {
    const value = document.toData();
    // Circular data would never end for those who walk it.
    structuredCheck(value);
    return { value, fault: null };
  } catch {
    const message = 'its aliases (*name) multiply too often';
    return { value: null, fault: document.diagnose('fault', [], message) };
  }
}

/** Throws on circular data. */
const structuredCheck = (value: unknown): string => JSON.stringify(value) ?? '';

function judge(
  source: Source,
  options: LoadOptions & { readonly path: string; readonly web: ReadWeb },
): Loaded {
  const schema = configSchema(options.kinds);
  const faults = checkStructure(schema, source);
  const parsed = overrideListen(parseWell(schema, source), options.webListen);
  const { web } = options;
  const found = [...web.faults, ...source.substitution.faults, ...faults];
  if (!parsed) return refused(found);
  const webGuard = web.webGuard?.guard ?? null;
  const review = reviewOf(schema, source, { parsed, kinds: options.kinds, webGuard });
  const findings = CHECKS.flatMap((check) => check(review));
  const config = resolveConfig(parsed, options.kinds, {
    file: options.path,
    hostName: options.hostName ?? hostname(),
    substituted: source.substitution.values,
    webGuard: web.webGuard,
  });
  // Arithmetic over probes of which one is missing would tell what is not so.
  const canCount = faults.length === 0 && GROUNDS.every((check) => check(review).length === 0);
  if (canCount) findings.push(...checkPlan(review, planOf(config, options.kinds.factors)));
  found.push(...findings.flatMap((finding) => placed(source, finding)));
  const notices = found.filter(({ level }) => level === 'notice').sort(byPosition);
  const { diagnose } = source.document;
  if (found.length === notices.length) return { ok: true, config, notices, diagnose };
  return refused(found.filter(({ level }) => level === 'fault'));
}

/** What the arithmetic stands on. */
const GROUNDS: readonly Check[] = [checkReferences, checkSchedules];
const CHECKS: readonly Check[] = [
  ...GROUNDS,
  checkNames,
  checkInboxes,
  checkListeners,
  checkProbes,
  checkUnused,
];

/** What is well formed, so that its other faults can be told in the same run. */
function parseWell(schema: ReturnType<typeof configSchema>, source: Source): Parsed | null {
  let kept = source.data;
  // First without the values that are wrong, then without the entries that cannot do without them.
  for (const cut of [pruneValues, pruneEntries]) {
    const answer = schema.safeParse(kept);
    if (answer.success) return answer.data;
    kept = cut(kept, answer.error.issues);
  }
  // `contact` may be what is missing: a stand-in lets the rest be judged; its own fault is told already.
  const again = schema.safeParse({ ...(isMap(kept) ? kept : {}), contact: 'nobody' });
  return again.success ? again.data : null;
}

function overrideListen(parsed: Parsed | null, webListen: string | undefined): Parsed | null {
  const listen = parseListenAddress(webListen ?? '');
  return parsed && listen ? { ...parsed, web: { ...parsed.web, listen } } : parsed;
}

function reviewOf(
  schema: z.ZodType,
  source: Source,
  rest: Pick<Review, 'parsed' | 'kinds' | 'webGuard'>,
): Review {
  return {
    ...rest,
    declares: (path) => valueAt(source.data, path) !== undefined,
    value: (path) => valueAt(source.data, path),
    names: (path) => namesOf(valueAt(source.data, path)),
    quote: (path) => (isHidden(schema, path, source) ? '[secret]' : shown(valueAt(source.data, path))),
  };
}

const namesOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.keys(value) : [];

/** Findings about values that could not be filled in are echoes. */
function placed({ document, substitution }: Source, { level, path, message }: Finding): Diagnostic[] {
  const node = document.nodeAt(path);
  if (node !== null && substitution.broken.has(node)) return [];
  return [document.diagnose(level, path, message)];
}
