import { describe, expect, test } from 'vitest';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { FakeFlowContext, runFlow, type FakeFlowOptions } from '../support/fake-flow-context.ts';
import { createFlow, flowDeps } from '../support/flow-deps.ts';
import { REFUSAL_MS, startAlways200 } from '../support/login-servers/always-200.ts';
import { startBearer } from '../support/login-servers/bearer.ts';
import { startHtmlForms } from '../support/login-servers/html-forms.ts';
import { startJsonApi } from '../support/login-servers/json-api.ts';
import type { LoginServer } from '../support/login-servers/login-server.ts';
import { startNeedsOrigin } from '../support/login-servers/needs-origin.ts';
import { startPortal } from '../support/login-servers/portal.ts';

/** Each logs in on its own manner; YAML alone must do. */
const SERVERS: readonly { name: string; start: (clock: FakeClock) => Promise<LoginServer> }[] = [
  { name: 'a JSON API whose challenge is a 401', start: startJsonApi },
  { name: 'HTML forms with CSRF token and a device to pick', start: startHtmlForms },
  { name: 'a portal that renews a hidden token', start: startPortal },
  { name: 'a page that answers 200 to everything', start: startAlways200 },
  { name: 'an API with bearer tokens', start: startBearer },
  { name: 'an API that needs an Origin header', start: startNeedsOrigin },
];

describe.each(SERVERS)('on $name', ({ start }) => {
  async function attempt(prepare: (server: LoginServer) => FakeFlowOptions) {
    const clock = new FakeClock();
    const server = await start(clock);
    const options: FakeFlowOptions = { codes: () => server.sent.slice(-1), ...prepare(server) };
    const account = { vars: { mail: 'ada@acme.test' }, ...options.account };
    const context = new FakeFlowContext({ ...options, account });
    const flow = createFlow('http', server.flow, flowDeps(server.url, { clock }));
    const ending = { over: false };
    const running = runFlow(flow, context).finally(() => (ending.over = true));
    // Time passes only where a server takes its time.
    while (!ending.over) {
      await settle();
      if (clock.waiting > 1) await clock.advance(REFUSAL_MS);
    }
    return { ended: await running, server, context };
  }

  test('the right password and code sign in, and the logout ends the session', async () => {
    let signedIn = 0;
    const { ended, server, context } = await attempt((server) => {
      const add = server.sessions.add.bind(server.sessions);
      server.sessions.add = (session) => {
        signedIn += 1;
        return add(session);
      };
      return {};
    });
    expect(ended).toMatchObject({ outcome: 'ok', logout: 'ok' });
    expect(signedIn).toBe(1);
    expect(server.sessions.size).toBe(0);
    expect(server.sent).toHaveLength(1);
    expect(context.events.filter((event) => event === 'written')).toHaveLength(1);
  });

  test('a wrong password is login_refused, and no code is asked for', async () => {
    const { ended, server } = await attempt(() => ({ account: { password: 'wrong horse' } }));
    expect(ended).toMatchObject({ outcome: 'login_refused', logout: 'none' });
    expect(server.sent).toHaveLength(0);
    expect(ended.reason).not.toContain('wrong horse');
  });

  test('a wrong code is code_rejected', async () => {
    const { ended, server } = await attempt(() => ({ codes: () => ['000000'] }));
    expect(ended.outcome).toBe('code_rejected');
    expect(server.sent).toHaveLength(1);
    expect(server.sessions.size).toBe(0);
    expect(ended.reason).not.toContain('000000');
  });

  test('a second code is submitted after the first was refused', async () => {
    const { ended } = await attempt((server) => ({ codes: () => ['000000', server.sent.at(-1) ?? ''] }));
    expect(ended.outcome).toBe('ok');
  });

  test('a locked account is rate_limited', async () => {
    const { ended, server } = await attempt((server) => {
      server.manner.locked = true;
      return {};
    });
    expect(ended.outcome).toBe('rate_limited');
    expect(server.sent).toHaveLength(0);
  });

  test('a target that says it cannot send is request_refused', async () => {
    const { ended, server } = await attempt((server) => {
      server.manner.cannotSend = true;
      return {};
    });
    expect(ended.outcome).toBe('request_refused');
    expect(server.sent).toHaveLength(0);
  });

  test('a session without a challenge is challenge_missing', async () => {
    const { ended, server } = await attempt((server) => {
      server.manner.skipsSecondFactor = true;
      return {};
    });
    expect(ended.outcome).toBe('challenge_missing');
    expect(server.sent).toHaveLength(0);
  });

  test('a permit is asked for before everything but a GET', async () => {
    const { context } = await attempt(() => ({}));
    const unsafe = context.requests.filter((request) => request.method !== 'GET').length;
    expect(context.events.filter((event) => event === 'permit')).toHaveLength(unsafe);
  });
});
