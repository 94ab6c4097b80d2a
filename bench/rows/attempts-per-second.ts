// Whole SMS logins a second on one processor, and the same HTTP exchanges by a bare loop: the same handlers of the
// simulated site and the same webhook, no prober.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { Agent, request } from 'undici';
import { createSystemClock } from '../../src/runtime/system-clock.ts';
import { createSimulator, type Simulator } from '../../src/sim/simulator.ts';
import { freePort } from '../../test/support/free-port.ts';
import { pin } from '../children.ts';
import { numberOf, RACK_SECRET } from '../configuration.ts';
import { cpuMs, median, perSecond, round, show } from '../figures.ts';
import { startProber, temporaryFolder } from '../prober.ts';
import { emit } from '../row.ts';

const AT_ONCE = 32;
const LOGINS = 600;
const ROUNDS = 3;
const CARRIER = { mu: Math.log(0.001), sigma: 0, floorMs: 0, retryShare: 0, lossShare: 0, duplicateShare: 0 };

const phones = Array.from({ length: AT_ONCE }, (_, index) => ({
  name: `phone-${index}`,
  number: numberOf(index),
  carrier: 'carrier-a',
}));

async function openSimulator(hook: string): Promise<{ simulator: Simulator; loginUrl: string }> {
  const accounts = phones.map(({ name }) => ({ username: `of-${name}`, phone: name }));
  const world = { phones, accounts, carriers: { 'carrier-a': CARRIER } };
  const simulator = createSimulator({ clock: createSystemClock(), seed: 'bench', world });
  const { loginUrl } = await simulator.start();
  for (const { name } of phones)
    simulator.connect(name, { manner: 'webhook', url: hook, secret: RACK_SECRET });
  return { simulator, loginUrl };
}

/** Logins a second, each of `AT_ONCE` accounts going on as soon as it is done. */
async function rate(login: (index: number) => Promise<unknown>): Promise<number> {
  let left = LOGINS;
  const began = performance.now();
  await Promise.all(
    phones.map(async (_, index) => {
      while (left > 0) {
        left -= 1;
        await login(index);
      }
    }),
  );
  return perSecond(LOGINS, performance.now() - began);
}

/** The exchanges of one login, by undici alone; the message comes to a server that checks its signature. */
async function openBare() {
  const waiting = new Map<string, (code: string) => void>();
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const timestamp = String(incoming.headers['x-timestamp']);
      const expected = createHmac('sha256', RACK_SECRET).update(`${timestamp}.`).update(body).digest('hex');
      if (incoming.headers['x-signature'] !== `sha256=${expected}`) throw new Error('a wrong signature');
      const { to, text } = JSON.parse(body.toString()) as { to: string; text: string };
      response.end();
      waiting.get(to)?.(/[0-9]{6}/.exec(text)?.[0] ?? '');
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  const { simulator, loginUrl } = await openSimulator(`http://127.0.0.1:${port}/hooks/rack`);
  const dispatcher = new Agent({ connections: AT_ONCE });
  const ask = async (method: 'GET' | 'POST' | 'DELETE', path: string, cookie: string, json?: unknown) => {
    const answer = await request(`${loginUrl}${path}`, {
      method,
      dispatcher,
      headers: { cookie, 'content-type': 'application/json' },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode}`);
    await answer.body.dump();
    return String(answer.headers['set-cookie'] ?? cookie).split(';')[0] ?? '';
  };
  const login = async (index: number) => {
    const [account, number] = [simulator.world.accounts[index], phones[index]?.number ?? ''];
    let cookie = await ask('POST', '/api/session', '', {
      user: account?.username,
      password: account?.password,
    });
    const code = new Promise<string>((resolve) => {
      waiting.set(number, resolve);
    });
    await ask('POST', '/api/session/2fa/sms', cookie);
    cookie = await ask('POST', '/api/session/2fa', cookie, { code: await code });
    await ask('GET', '/api/me', cookie);
    await ask('DELETE', '/api/session', cookie);
  };
  const close = async () => {
    await simulator.stop();
    await dispatcher.destroy();
    server.close();
    server.closeAllConnections();
  };
  return { login, close };
}

async function openOurs() {
  const hooks = `127.0.0.1:${await freePort()}`;
  const { simulator, loginUrl } = await openSimulator(`http://${hooks}/hooks/rack`);
  const { accounts } = simulator.world;
  const store = `${temporaryFolder()}/twofa.db`;
  const prober = await startProber({
    target: loginUrl,
    store,
    factor: 'sms',
    accounts,
    probes: 'one',
    hooks,
  });
  const login = async (index: number) => {
    const { outcome, reason } = await prober.login(index);
    if (outcome !== 'ok') throw new Error(`${outcome}: ${reason}`);
  };
  const close = async () => {
    await prober.stop();
    await simulator.stop();
  };
  return { login, close };
}

const [ours, bare] = [await openOurs(), await openBare()];
pin(process.pid, 0);
// Both are warmed up, and take turns, so that neither has the quieter minute.
await rate(bare.login);
await rate(ours.login);
const [our, theirs, cpus]: [number[], number[], number[]] = [[], [], []];
for (let turn = 0; turn < ROUNDS; turn += 1) {
  theirs.push(await rate(bare.login));
  const before = cpuMs();
  our.push(await rate(ours.login));
  cpus.push((cpuMs() - before) / LOGINS);
}
await ours.close();
await bare.close();
const share = median(our) / median(theirs);
emit({
  what: 'whole SMS logins a second, on one processor',
  figure: show(median(our), '/s'),
  beside: `bare undici loop, same handlers: ${show(median(theirs), '/s')}`,
  ratio: round(share),
  reach: '>= 0.5 of it',
  holds: share >= 0.5,
  data: {
    perSecond: round(median(our)),
    barePerSecond: round(median(theirs)),
    cpuMsPerLogin: round(median(cpus)),
    atOnce: AT_ONCE,
  },
});
process.exit(0);
