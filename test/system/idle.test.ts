import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cloneBuilt } from '../support/checkout.ts';
import { userEnvironment } from '../support/execute.ts';
import { freePort } from '../support/free-port.ts';

/** Two probes that do not fire, over both factors that need nothing of the world, and an inbox that waits. */
const configuration = (web: number, hooks: number) => `
contact: sre@acme.example
store: ./data/twofa.db
web: { listen: 127.0.0.1:${web} }
hooks: { listen: 127.0.0.1:${hooks}, publicUrl: https://sms.example.net }
inboxes:
  rack: { kind: webhook, secret: 0123456789abcdef0123456789abcdef }
phones:
  us-a: { number: "+12025550111", inbox: rack, country: US, carrier: carrier-a }
targets:
  acme:
    url: https://login.acme.example
    authorized: true
    accounts:
      sms-1: { username: one, password: first, phone: us-a }
      totp-1: { username: two, password: second, totpSecret: JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP }
probes:
  acme-sms:
    target: acme
    flow: &login
      kind: http
      steps:
        - { stage: login, post: /session, json: { user: '{{username}}' }, when: [ { has: form.code, is: challenge } ] }
        - { stage: request_code, sends: true, post: /session/sms }
        - { stage: verify, post: /session/code, json: { code: '{{code}}' }, when: [ { is: next }, { status: 422, is: code_rejected } ] }
        - { stage: logout, delete: /session }
    factor: sms
    schedule: '0 0 1 1 *'
  acme-totp: { target: acme, flow: *login, factor: totp, schedule: '5 0 1 1 *' }
`;

let folder: string;
let address: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twofa-idle-'));
  await cloneBuilt(join(folder, 'clone'));
  const web = await freePort();
  address = `http://127.0.0.1:${web}`;
  await writeFile(join(folder, 'idle.yaml'), configuration(web, await freePort()));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('an idle daemon is ready within 1.5 s of its start and takes less than 120 MB', async () => {
  const starts = [];
  for (let count = 0; count < 3; count += 1) {
    const beganMs = performance.now();
    const daemon = await start();
    const elapsedMs = performance.now() - beganMs;
    const readyMs = elapsedMs - (await keptWaitingMs(daemon));
    const megabytes = await residentMegabytes(daemon);
    starts.push({ elapsedMs: Math.round(elapsedMs), readyMs: Math.round(readyMs), megabytes });
    await stop(daemon);
  }
  process.stdout.write(`idle start: ${JSON.stringify(starts)}\n`);
  expect(median(starts.map(({ readyMs }) => readyMs))).toBeLessThan(1500);
  expect(median(starts.map(({ megabytes }) => megabytes))).toBeLessThan(120);
});

test('an idle daemon has loaded neither a client nor what else only attempts need', async () => {
  const list = join(folder, 'loaded.txt');
  const recorder = join(folder, 'recorder.mjs');
  await writeFile(recorder, RECORDER);
  const daemon = await start(['--import', pathToFileURL(recorder).href], { LOADED: list });
  await stop(daemon);
  const files = (await readFile(list, 'utf8')).split('\n');
  const libraries = new Set(
    files.flatMap((file) => /[/]node_modules[/]((?:@[^/]+[/])?[^/]+)[/]/.exec(file)?.[1] ?? []),
  );
  // What was recorded is what the daemon runs on.
  expect(libraries).toContain('express');
  const clients = ['playwright-core', 'undici', 'tough-cookie', 'otplib', 'axios'];
  expect(clients.filter((name) => libraries.has(name))).toEqual([]);
  // Signatures are checked by one small file of Twilio's; the client has hundreds.
  const ofTwilio = files.filter((file) => file.includes('/node_modules/twilio/'));
  expect(ofTwilio.filter((file) => !file.endsWith('/lib/webhooks/webhooks.js'))).toEqual([]);
});

const RECORDER = `
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    appendFileSync(process.env.LOADED, url + '\\n');
    return next(url, context);
  },
});
`;

/** Resolves once it is ready to work. */
async function start(options: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
  const bin = join(folder, 'clone/bin/twofa-prober.js');
  const child = spawn(process.execPath, [...options, bin, 'start', '--config.file=idle.yaml'], {
    cwd: folder,
    env: { ...userEnvironment(), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const line of createInterface(child.stderr)) {
    if (line.includes('event=started')) break;
  }
  child.stderr.resume();
  const { status } = await fetch(`${address}/-/ready`);
  expect(status).toBe(200);
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
}

/**
 * How long the main thread and the store's, which it waits for, were ready to run while others had the processors: a
 * busy machine is not the daemon's fault (https://docs.kernel.org/scheduler/sched-stats.html).
 */
async function keptWaitingMs({ pid }: ChildProcess): Promise<number> {
  const tasks = `/proc/${pid}/task`;
  let waitedNs = 0;
  for (const id of await readdir(tasks)) {
    const name = (await readFile(`${tasks}/${id}/comm`, 'utf8')).trim();
    if (id !== String(pid) && name !== 'WorkerThread') continue;
    const [, delayNs = '0'] = (await readFile(`${tasks}/${id}/schedstat`, 'utf8')).split(' ');
    waitedNs += Number(delayNs);
  }
  return waitedNs / 1e6;
}

async function residentMegabytes({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 102.4) / 10;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
