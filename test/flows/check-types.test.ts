import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkTypes } from '../../src/flows/module/check-types.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { folderOf } from '../support/flow-runner/run-in-node.ts';
import { until } from '../support/until.ts';

const NEVER = new AbortController().signal;

/** A folder whose typescript is this script. */
async function folderWith(
  script: string,
  { version = '5.9.3', bin = { tsc: 'tsc.cjs' } }: { version?: string; bin?: object } = {},
) {
  const folder = await folderOf({});
  const home = join(folder, 'node_modules/typescript');
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'package.json'), JSON.stringify({ name: 'typescript', version, bin }));
  await writeFile(join(home, 'tsc.cjs'), script);
  return folder;
}

const checkIn = (folder: string, around: { clock?: Clock; signal?: AbortSignal } = {}) =>
  checkTypes([join(folder, 'login.ts')], { folder, clock: new FakeClock(), signal: NEVER, ...around });

test('errors are read with their place; what stands further in says why', async () => {
  const folder = await folderWith(`
    console.log('login.ts(3,7): error TS2322: Type A is not B.');
    console.log('  Property p is missing.');
    console.log('../other (1).ts(10,1): error TS1005: expected.');
    process.exitCode = 2;`);
  expect(await checkIn(folder)).toEqual({
    checked: true,
    faults: [
      {
        file: join(folder, 'login.ts'),
        line: 3,
        column: 7,
        message: 'TS2322: Type A is not B. Property p is missing.',
      },
      { file: join(folder, '../other (1).ts'), line: 10, column: 1, message: 'TS1005: expected.' },
    ],
  });
});

test('the compiler is told of the files by a project of its own, which is gone afterwards', async () => {
  const folder = await folderWith(`
    const project = process.argv[process.argv.indexOf('-p') + 1];
    const { files, compilerOptions } = require(project);
    require('fs').writeFileSync('seen.json', JSON.stringify({ project, files, compilerOptions }));`);
  expect(await checkIn(folder)).toEqual({ checked: true, faults: [] });
  const { default: seen } = (await import(join(folder, 'seen.json'), { with: { type: 'json' } })) as {
    default: { project: string; files: string[]; compilerOptions: Record<string, unknown> };
  };
  expect(seen.files).toEqual([join(folder, 'login.ts')]);
  expect(seen.compilerOptions).toMatchObject({
    noEmit: true,
    strict: true,
    erasableSyntaxOnly: true,
    types: [],
  });
  await expect(access(seen.project)).rejects.toThrow('ENOENT');
});

test.each([
  ['5.7.3', /^found typescript 5\.7\.3, expected 5\.8 or later$/],
  ['4.9.5', /^found typescript 4\.9\.5/],
])('an old typescript (%s) checks nothing, and says so', async (version, why) => {
  const folder = await folderWith('process.exit(1)', { version });
  expect(await checkIn(folder)).toEqual({ checked: false, why: expect.stringMatching(why) });
});

test.each([
  [
    'fails without an error at a place',
    { script: "console.log('error TS5023: what?'); process.exitCode = 1;" },
    /ended with 1: error TS5023: what\?$/,
  ],
  ['is killed', { script: "process.kill(process.pid, 'SIGKILL');" }, /ended with a signal/],
  ['has no tsc', { script: '', bin: {} }, /tsc/],
])('a typescript that %s checks nothing, and that is said', async (_name, { script, ...more }, why) => {
  const folder = await folderWith(script, more);
  expect(await checkIn(folder)).toEqual({ checked: false, why: expect.stringMatching(why) });
});

/** Starts another process that holds on to its output, as compilers do that hand over to a binary of theirs. */
const HANGING = `
  require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'inherit' });
  require('fs').writeFileSync('running', '');`;

const running = (folder: string, signal: AbortSignal) =>
  until(async () => access(join(folder, 'running')).then(() => true), signal);

test('one that does not end is ended with all that it started', async ({ signal }) => {
  const folder = await folderWith(HANGING);
  const asked: number[] = [];
  const clock: Clock = Object.assign(new FakeClock(), {
    async sleep(ms: number) {
      asked.push(ms);
      await running(folder, signal);
    },
  });
  const answer = await checkIn(folder, { clock });
  expect(answer).toEqual({ checked: false, why: 'typescript took longer than 60 s' });
  expect(asked).toEqual([60_000]);
});

test('an interrupt ends it, too', async ({ signal }) => {
  const folder = await folderWith(HANGING);
  const interrupted = new AbortController();
  const answer = checkIn(folder, { signal: interrupted.signal });
  await running(folder, signal);
  interrupted.abort(new Error('interrupted'));
  expect(await answer).toEqual({ checked: false, why: 'interrupted' });
});
