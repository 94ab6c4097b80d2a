import { expect, test } from 'vitest';
import { stepsSettings } from '../../src/flows/steps/schema.ts';
import { stepsKind } from '../../src/flows/steps/steps-kind.ts';
import { FakeFlowContext, runFlow } from '../support/fake-flow-context.ts';
import { createFlow, flowDeps } from '../support/flow-deps.ts';
import { serve, type Received, type Reply } from '../support/login-servers/server.ts';
import { parse } from 'yaml';

/** What holds for every step of a flow: `headers` and `retryAfter` beside `steps`. */

async function attempt(answer: (request: Received) => Reply, flow: string) {
  const server = await serve(answer);
  const account = { vars: { realm: 'staff' } };
  const context = new FakeFlowContext({ codes: () => ['123456'], account });
  const ended = await runFlow(createFlow('http', flow, flowDeps(server.url)), context);
  return { ended, received: server.received };
}

const faultsOf = (flow: string): string[] => {
  const parsed = stepsSettings.safeParse(parse(flow));
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

test("a flow's headers go with every step, filled in, and a step's own win whatever their case", async () => {
  const { ended, received } = await attempt(
    () => ({}),
    `
headers: { Origin: https://a.example, X-Realm: '{{realm}}' }
steps:
  - { stage: login, get: /login }
  - { stage: verify, post: /code, headers: { origin: https://b.example } }
  - { stage: logout, post: /logout, form: { a: b } }`,
  );
  expect(ended).toMatchObject({ outcome: 'ok', logout: 'ok' });
  expect(received.map(({ headers }) => [headers.origin, headers['x-realm']])).toEqual([
    ['https://a.example', 'staff'],
    ['https://b.example', 'staff'],
    ['https://a.example', 'staff'],
  ]);
});

test("a flow's headers win over those that a form would set", async () => {
  const page: Reply = { html: '<form method="post" action="/in"></form>' };
  const { received } = await attempt(
    ({ path }) => (path === '/login' ? page : {}),
    `
headers: { Origin: https://a.example }
steps: [ { stage: login, get: /login }, { stage: login, submit: form }, { stage: verify, get: /me } ]`,
  );
  expect(received.map(({ path, headers }) => [path, headers.origin])).toEqual([
    ['/login', 'https://a.example'],
    ['/in', 'https://a.example'],
    ['/me', 'https://a.example'],
  ]);
});

const LIMITED: Reply = {
  status: 429,
  headers: { 'x-retry-after': '70', 'x-step': '80', 'retry-after': '5' },
};

test.each([
  ["the flow's", '', 70_000],
  ["the step's own before the flow's", 'retryAfter: header:X-Step, ', 80_000],
])('how long to back off is read from %s retryAfter', async (_name, own, retryAfterMs) => {
  const { ended } = await attempt(
    () => LIMITED,
    `
retryAfter: header:X-Retry-After
steps: [ { stage: login, ${own}get: /login }, { stage: verify, get: /me } ]`,
  );
  expect(ended).toMatchObject({ outcome: 'rate_limited', retryAfterMs });
});

test("a flow's headers can only use what is known before the first step", () => {
  const steps = `[ { stage: login, get: /a, save: { token: 'json:/t' } }, { stage: verify, get: /b } ]`;
  expect(faultsOf(`{ headers: { A: 'Bearer {{token}}' }, steps: ${steps} }`)).toEqual([
    "headers.A: {{token}} is not known before a step saves it; use the step's own headers",
  ]);
  expect(faultsOf(`{ headers: { A: '{{code}}' }, steps: ${steps} }`)).toEqual([
    "headers.A: {{code}} is not known before verify; use the step's own headers",
  ]);
  expect(faultsOf(`{ headers: { A: '{{' }, steps: ${steps} }`)).toEqual([
    'headers.A: a template cannot be read; expected {{name}}',
  ]);
  expect(faultsOf(`{ vars: { token: x }, headers: { A: '{{token}}' }, steps: ${steps} }`)).toEqual([]);
});

test("a name in a flow's headers that no account gives is told", () => {
  const steps = '[ { stage: login, get: /a }, { stage: verify, get: /b } ]';
  const settings = stepsSettings.parse(parse(`{ headers: { A: '{{realm}}' }, steps: ${steps} }`));
  const [remark] = stepsKind.check?.(settings, { delivered: false, vars: { one: [] } }) ?? [];
  expect(remark).toContain('{{realm}}');
  expect(stepsKind.check?.(settings, { delivered: false, vars: { one: ['realm'] } })).toEqual([]);
});
