import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SECOND } from '../../domain/units.ts';
import type { Clock } from '../../ports/clock.ts';
import { withTimeLimit } from '../http/time-limit.ts';
import { OUR_TYPES } from '../ourselves.ts';
import { runTsc, type TscEnd } from './run-tsc.ts';
import { findNodeTypes, findTypeScript, type TypeScript } from './typescript.ts';

/** What TypeScript has to say about users' files. */
export type TypeCheck =
  | { readonly checked: true; readonly faults: readonly TypeFault[] }
  | { readonly checked: false; readonly why: string };

export interface TypeFault {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

const LIMIT_MS = 60 * SECOND;

/**
 * Checks the types of users' .ts files by the TypeScript that is installed beside their configuration. There is none
 * among our own dependencies: it is large, and flows run without it.
 */
export async function checkTypes(
  files: readonly string[],
  around: { readonly folder: string; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<TypeCheck> {
  const { folder, clock, signal } = around;
  try {
    const typescript = await findTypeScript(folder);
    if (!typescript) {
      return unchecked(`no typescript is installed for ${folder}; npm install --save-dev typescript`);
    }
    if (!isNewEnough(typescript.version)) {
      return unchecked(`found typescript ${typescript.version}, expected 5.8 or later`);
    }
    const expired = () => new Error(`typescript took longer than ${LIMIT_MS / SECOND} s`);
    return await withTimeLimit(clock, { ms: LIMIT_MS, signal, expired }, (bounded) =>
      compile(typescript, files, { folder, signal: bounded }),
    );
  } catch (error) {
    return unchecked(error instanceof Error ? error.message : String(error));
  }
}

const unchecked = (why: string): TypeCheck => ({ checked: false, why });

/** erasableSyntaxOnly came with 5.8: Node strips types and compiles nothing. */
function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 5 || (major === 5 && minor >= 8);
}

async function compile(
  typescript: TypeScript,
  files: readonly string[],
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<TypeCheck> {
  // `paths` can only be given in a file.
  const work = await mkdtemp(join(tmpdir(), 'twofa-types-'));
  try {
    const project = join(work, 'tsconfig.json');
    await writeFile(project, JSON.stringify(projectOf(files, folder)));
    const end = await runTsc(typescript.tsc, ['-p', project, '--pretty', 'false'], { cwd: folder, signal });
    return read(end, typescript, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function projectOf(files: readonly string[], folder: string): object {
  const nodeTypes = findNodeTypes(folder);
  const types = nodeTypes === null ? [] : [basename(nodeTypes)];
  return {
    files,
    compilerOptions: {
      noEmit: true,
      strict: true,
      target: 'esnext',
      // Flows are ES modules whatever a package.json says; nodenext would take them for CommonJS. Loading them has
      // already shown that Node finds their imports.
      module: 'esnext',
      moduleResolution: 'bundler',
      customConditions: ['node'],
      moduleDetection: 'force',
      allowImportingTsExtensions: true,
      erasableSyntaxOnly: true,
      resolveJsonModule: true,
      skipLibCheck: true,
      types,
      typeRoots: nodeTypes === null ? [] : [dirname(nodeTypes)],
      paths: { 'twofa-prober': [fileURLToPath(OUR_TYPES)] },
    },
  };
}

const MAX_MESSAGE = 300;
const PLACED = /^(.+)\(([0-9]+),([0-9]+)\): error (TS[0-9]+: .*)$/;

function read({ status, output }: TscEnd, { version }: TypeScript, folder: string): TypeCheck {
  if (status === 0) return { checked: true, faults: [] };
  const faults = faultsIn(output).map((fault) => ({ ...fault, file: resolve(folder, fault.file) }));
  if (faults.length > 0) return { checked: true, faults };
  const said = output.trim().split('\n')[0] ?? '';
  return unchecked(`typescript ${version} ended with ${status ?? 'a signal'}: ${said.slice(0, 200)}`);
}

function faultsIn(output: string): TypeFault[] {
  const faults: TypeFault[] = [];
  for (const line of output.split(/\r?\n/)) {
    const [, file = '', row, column, message = ''] = PLACED.exec(line) ?? [];
    const before = faults.at(-1);
    if (file !== '') faults.push({ file, line: Number(row), column: Number(column), message });
    // What stands further in says why; some of it does.
    else if (before && /^\s+\S/.test(line) && before.message.length < MAX_MESSAGE) {
      faults.splice(-1, 1, { ...before, message: `${before.message} ${line.trim()}` });
    }
  }
  return faults;
}
