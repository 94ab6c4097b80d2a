import { createServer, type IncomingMessage } from 'node:http';
import twilio from 'twilio';
import { onTestFinished } from 'vitest';
import { createSimulator, type Simulator, type SimulatorAddress } from '../../src/sim/simulator.ts';
import type { WorldOptions } from '../../src/sim/world.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';

/** A simulator that runs, on time that the test moves. */
export interface Stage extends SimulatorAddress {
  readonly sim: Simulator;
  readonly clock: FakeClock;
  /** The real client, unmodified but for its base address. */
  readonly client: twilio.Twilio;
  /** Moves time in small steps; each waits for the answers to what was pushed in it. */
  readonly pass: (ms: number) => Promise<void>;
}

/** Carriers that take exactly 4 s and lose nothing, where a test is not about them. */
export const STEADY = { mu: Math.log(4), sigma: 0, retryShare: 0, lossShare: 0, duplicateShare: 0 };
export const STEADY_CARRIERS = { 'carrier-a': STEADY, 'carrier-b': STEADY };

export async function startStage(
  world: WorldOptions = { carriers: STEADY_CARRIERS },
  seed = 'test',
): Promise<Stage> {
  const clock = new FakeClock();
  const sim = createSimulator({ clock, seed, world });
  const address = await sim.start();
  onTestFinished(() => sim.stop());
  const client = twilio(sim.world.accountSid, sim.world.authToken);
  client.api.baseUrl = address.carrierUrl;
  return {
    ...address,
    sim,
    clock,
    client,
    async pass(ms) {
      for (let leftMs = ms; leftMs > 0; leftMs -= STEP_MS) {
        await clock.advance(Math.min(leftMs, STEP_MS));
        await until(() => openPushes(sim) === 0);
      }
    },
  };
}

/** Well below the time that a push is given to be answered. */
const STEP_MS = 1000;

const openPushes = (sim: Simulator): number =>
  sim.truth
    .messages()
    .flatMap(({ deliveries }) => deliveries)
    .flatMap(({ pushes }) => pushes)
    .filter(({ endedMs }) => endedMs === null).length;

/** Lets the loop turn until something is so; the test's own timeout ends what never is. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await settle(1);
}

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server that gets what is pushed. `answer`: a status for each request; null leaves it without one. */
export async function startReceiver(answer: (count: number) => number | null = () => 204) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body });
      const status = answer(received.length);
      if (status !== null) response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, received };
}

/** One visitor of the site: keeps the cookie, follows nothing. */
export function createVisitor(url: string, headers: Record<string, string> = {}) {
  let cookie = '';
  return async (method: string, path: string, body?: object | URLSearchParams): Promise<Answer> => {
    const isForm = body instanceof URLSearchParams;
    const answer = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...headers,
        cookie,
        ...(body && !isForm ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
    });
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : null };
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

export type Visitor = ReturnType<typeof createVisitor>;

/** What an account signs in with. */
export function credentialsOf(sim: Simulator, username: string) {
  const account = sim.world.accounts.find((known) => known.username === username);
  if (!account) throw new Error(`no account ${username}`);
  return account;
}

/** Signs in with the password, and asks for a code. */
export async function askForCode(stage: Stage, username: string, attempt = 'attempt-1'): Promise<Visitor> {
  const visit = createVisitor(stage.loginUrl, { 'x-probe-attempt': attempt });
  const { password } = credentialsOf(stage.sim, username);
  await visit('POST', '/api/session', { user: username, password });
  await visit('POST', '/api/session/2fa/sms');
  return visit;
}
