import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const RUNNER = fileURLToPath(new URL('run-module-flow.ts', import.meta.url));

export interface NodeEnding {
  readonly outcome?: string;
  readonly reason?: string;
  readonly retryAfterMs?: number | null;
  readonly logout?: string;
  readonly fault?: string | null;
  /** Attempts of which a picture was kept. */
  readonly pictures: readonly string[];
  readonly events: readonly string[];
  readonly requests: readonly Record<string, unknown>[];
}

/** Runs flows one after another in a Node of its own; jobs are what run-module-flow.ts takes. No warnings. */
export async function runInNode(...jobs: readonly object[]): Promise<NodeEnding[]> {
  const child = spawn(process.execPath, [RUNNER, JSON.stringify(jobs)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await new Promise((resolve) => {
    child.on('close', resolve);
  });
  if (stderr !== '') throw new Error(`the runner warns: ${stderr}`);
  return JSON.parse(stdout) as NodeEnding[];
}

/** A folder with the given files that goes with the test. */
export async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'twofa-flow-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}
