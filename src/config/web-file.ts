import { readFile as readFromDisk } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { WebGuard } from '../ports/web-guard.ts';
import type { Diagnostic } from './diagnostics.ts';
import { readDocument, type ConfigDocument } from './document.ts';
import { checkStructure } from './structure.ts';
import { reasonOf } from './substitute.ts';
import { webFileSchema, type ParsedWebFile } from './web-file-schema.ts';
import { readTls } from './web-file-tls.ts';

export type LoadedWebFile =
  | { readonly ok: true; readonly guard: WebGuard }
  | { readonly ok: false; readonly faults: readonly Diagnostic[] };

type ReadFile = (path: string) => Promise<string>;

const SCHEMA = webFileSchema();
const MAX_FILE_CHARACTERS = 1_000_000;

/** Reads a web configuration file and what it names. Never throws: all that is wrong comes back at once. */
export async function loadWebFile(
  file: string,
  readFile: ReadFile = (path) => readFromDisk(path, 'utf8'),
): Promise<LoadedWebFile> {
  const path = resolve(file);
  const refused = (faults: readonly Diagnostic[]): LoadedWebFile => ({
    ok: false,
    faults: faults.map((fault) => ({ ...fault, file })),
  });
  const text = await readFile(path).catch((error: unknown) => ({ why: reasonOf(error) }));
  if (typeof text !== 'string') {
    return refused([whole(`cannot be read (${text.why}); expected a web configuration file`)]);
  }
  if (text.length > MAX_FILE_CHARACTERS) return refused([whole(`has ${text.length} characters, too many`)]);
  const document = readDocument(text);
  if (document.faults.length > 0) return refused(document.faults);
  const judged = judge(document);
  if ('faults' in judged) return refused(judged.faults);
  const { tls_server_config: wish } = judged.parsed;
  const { tls, faults } = wish
    ? await readTls(wish, { folder: dirname(path), readFile })
    : { tls: null, faults: [] };
  if (faults.length > 0) {
    return refused(faults.map(({ path: at, message }) => document.diagnoseKey('fault', at, message)));
  }
  return { ok: true, guard: { ...guardOf(judged.parsed), tls } };
}

const whole = (message: string): Diagnostic => ({
  level: 'fault',
  line: null,
  column: null,
  path: '',
  message,
});

/** Nothing is replaced in it: exporters take it literally too, and hashes are full of dollar signs. */
const UNTOUCHED = { faults: [], nodes: new Set<never>(), broken: new Set<never>(), values: [] };

function judge(document: ConfigDocument): { parsed: ParsedWebFile } | { faults: readonly Diagnostic[] } {
  const data = plainData(document);
  if (!data) return { faults: [document.diagnose('fault', [], 'its aliases (*name) multiply too often')] };
  const faults = checkStructure(SCHEMA, { document, substitution: UNTOUCHED, data: data.value });
  const parsed = SCHEMA.safeParse(data.value);
  return parsed.success ? { parsed: parsed.data } : { faults };
}

/** An empty file asks for nothing. */
function plainData(document: ConfigDocument): { readonly value: unknown } | null {
  try {
    const value = document.toData() ?? {};
    // Circular data would never end for those who walk it.
    JSON.stringify(value);
    return { value };
  } catch {
    return null;
  }
}

function guardOf(parsed: ParsedWebFile): Omit<WebGuard, 'tls'> {
  const rate = parsed.rate_limit;
  const headers = Object.entries(parsed.http_server_config?.headers ?? {});
  return {
    users: new Map(Object.entries(parsed.basic_auth_users ?? {})),
    headers: Object.fromEntries(
      headers.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    rate: rate && rate.interval > 0 ? { intervalMs: rate.interval, burst: Math.max(1, rate.burst) } : null,
  };
}
