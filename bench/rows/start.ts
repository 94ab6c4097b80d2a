// From the start of the process to ready, and what an idle daemon holds; beside it Debian's blackbox exporter.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../test/support/free-port.ts';
import { median, round, show } from '../figures.ts';
import { temporaryFolder } from '../prober.ts';
import { emit } from '../row.ts';

const BIN = fileURLToPath(new URL('../../bin/twofa-prober.js', import.meta.url));
const STARTS = 5;
const SETTLE_MS = 2000;

/** Where Debian has it; BLACKBOX_EXPORTER names another place. */
const BLACKBOX = process.env['BLACKBOX_EXPORTER'] ?? '/usr/bin/prometheus-blackbox-exporter';

interface Started {
  readonly readyMs: number;
  readonly rssMegabytes: number;
}

async function startOnce(command: readonly string[], url: string): Promise<Started> {
  const began = performance.now();
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: 'ignore' });
  try {
    while (!(await answers(url))) {
      if (child.exitCode !== null) throw new Error(`${command[0]} ended with ${child.exitCode}`);
      await sleep(5);
    }
    const readyMs = performance.now() - began;
    await sleep(SETTLE_MS);
    return { readyMs, rssMegabytes: rssOf(child) };
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

function rssOf({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1e6;
}

async function measure(command: (port: number) => readonly string[], path: string): Promise<Started> {
  const starts: Started[] = [];
  for (let count = 0; count < STARTS; count += 1) {
    const port = await freePort();
    starts.push(await startOnce(command(port), `http://127.0.0.1:${port}${path}`));
  }
  return {
    readyMs: median(starts.map(({ readyMs }) => readyMs)),
    rssMegabytes: median(starts.map(({ rssMegabytes }) => rssMegabytes)),
  };
}

const folder = temporaryFolder();
const config = `${folder}/idle.yaml`;
writeFileSync(
  config,
  `contact: sre@acme.example
store: ./twofa.db
hooks: { listen: 127.0.0.1:${await freePort()} }
inboxes: { rack: { kind: webhook, secret: 0123456789abcdef0123456789abcdef } }
phones: { us-a: { number: "+12025550111", inbox: rack, country: US, carrier: carrier-a } }
targets: { acme: { url: https://login.acme.example, authorized: true, accounts: { one: { username: one, password: first, phone: us-a } } } }
probes: { acme-sms: { target: acme, factor: sms, schedule: '0 0 1 1 *', flow: { kind: http, steps: [
  { stage: login, sends: true, post: /login, json: { user: '{{username}}' } }, { stage: verify, post: /code, json: { code: '{{code}}' } } ] } } }
`,
);
const ours = await measure(
  (port) => [
    process.execPath,
    BIN,
    'start',
    `--config.file=${config}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ],
  '/-/ready',
);
const modules = `${folder}/blackbox.yml`;
writeFileSync(modules, 'modules: { http_2xx: { prober: http } }\n');
const blackbox = existsSync(BLACKBOX)
  ? await measure(
      (port) => [BLACKBOX, `--config.file=${modules}`, `--web.listen-address=127.0.0.1:${port}`],
      '/-/healthy',
    )
  : null;
emit({
  what: 'start to ready; RSS of an idle daemon',
  figure: `${show(ours.readyMs, 'ms')}; ${show(ours.rssMegabytes, 'MB')}`,
  beside: blackbox
    ? `blackbox exporter: ${show(blackbox.readyMs, 'ms')}; ${show(blackbox.rssMegabytes, 'MB')}`
    : 'blackbox exporter: not installed',
  ratio: null,
  reach: '<= 1 s; <= 110 MB',
  holds: ours.readyMs <= 1000 && ours.rssMegabytes <= 110,
  data: {
    readyMs: round(ours.readyMs),
    rssMegabytes: round(ours.rssMegabytes),
    ...(blackbox
      ? { blackboxReadyMs: round(blackbox.readyMs), blackboxRssMegabytes: round(blackbox.rssMegabytes) }
      : {}),
  },
});
