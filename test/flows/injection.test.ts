import { expect, test } from 'vitest';
import { FakeFlowContext, runFlow } from '../support/fake-flow-context.ts';
import { createFlow, flowDeps } from '../support/flow-deps.ts';
import { serve, type Received, type Reply } from '../support/login-servers/server.ts';

async function attempt(answer: (request: Received) => Reply, yaml: string) {
  const server = await serve(answer);
  const flow = createFlow('http', yaml, flowDeps(server.url));
  const ended = await runFlow(flow, new FakeFlowContext({ codes: () => ['123456'] }));
  return { ...ended, received: server.received };
}

const INJECTED = 'a\r\nX-Evil: 1\r\n\r\nGET /smuggled HTTP/1.1';

test.each([
  ['a header', "headers: { authorization: 'Bearer {{token}}' }"],
  ['a header of its own', "headers: { x-token: '{{token}}' }"],
])("a value of the target's cannot break out of %s", async (_where, headers) => {
  const ended = await attempt(
    () => ({ json: { token: INJECTED } }),
    `steps:
  - { stage: login, get: /in, save: { token: json:/token } }
  - { stage: verify, post: /code, ${headers} }
`,
  );
  expect(ended.outcome).not.toBe('ok');
  expect(ended.received.map(({ path }) => path)).toEqual(['/in']);
});

test.each([
  ['a path', "post: '/code/{{token}}'", /^\/code\/a%0D%0AX-Evil%3A%201/],
  ['a query', "post: '/code?t={{token}}'", /^\/code$/],
])("a value of the target's cannot break out of %s", async (_where, ask, path) => {
  const ended = await attempt(
    ({ path: asked }) => (asked === '/in' ? { json: { token: INJECTED } } : {}),
    `steps:
  - { stage: login, get: /in, save: { token: json:/token } }
  - { stage: verify, ${ask} }
`,
  );
  expect(ended.received).toHaveLength(2);
  expect(ended.received[1]?.path).toMatch(path);
  expect(ended.received[1]?.headers['x-evil']).toBeUndefined();
});

test('a value with dots and slashes cannot climb out of its place in a path', async () => {
  const ended = await attempt(
    ({ path }) => (path === '/in' ? { json: { id: '../../admin/delete' } } : {}),
    `steps:
  - { stage: login, get: /in, save: { id: json:/id } }
  - { stage: verify, post: '/users/{{id}}/code' }
`,
  );
  expect(ended.received[1]?.path).toBe('/users/..%2F..%2Fadmin%2Fdelete/code');
});

test('cookies of the target go back to it alone, and split no header', async () => {
  const ended = await attempt(
    () => ({
      headers: { 'set-cookie': ['sid=1; Domain=example.com', 'own=a"b; Path=/', 'x=y%0d%0aX-Evil: 1'] },
    }),
    `steps:
  - { stage: login, get: /in }
  - { stage: verify, post: /code }
`,
  );
  expect(ended.received[1]?.headers['x-evil']).toBeUndefined();
  expect(ended.received[1]?.cookies).not.toHaveProperty('sid');
});

/** Addresses that a cloud, a machine or another service would answer. */
const ELSEWHERE = [
  'http://169.254.169.254/latest/meta-data/',
  'http://[::ffff:169.254.169.254]/',
  'http://localhost:9/',
  'http://127.1:9/',
  'https://127.0.0.1/',
  '//evil.example/x',
  '/\\evil.example/x',
  'http://127.0.0.1@evil.example/',
  'file:///etc/passwd',
  'ftp://127.0.0.1/',
  'data:text/html,x',
  'javascript:alert(1)',
  'gopher://127.0.0.1:25/_MAIL',
];

test.each(ELSEWHERE)('a redirect to %s is not followed, in any stage', async (location) => {
  for (const stage of ['/in', '/code']) {
    const ended = await attempt(
      ({ path }) => (path === stage ? { status: 307, headers: { location } } : {}),
      `steps:
  - { stage: login, post: /in, form: { user: '{{username}}', pass: '{{password}}' } }
  - { stage: verify, post: /code, form: { code: '{{code}}' } }
`,
    );
    expect(ended.outcome).toBe('target_unreachable');
    expect(ended.reason).toMatch(/which is not the target: not followed/);
  }
});

test.each(ELSEWHERE)('a form that goes to %s gets nothing', async (action) => {
  const ended = await attempt(
    () => ({ html: `<form method="post" action="${action}"><input name="p"></form>` }),
    `steps:
  - { stage: login, get: / }
  - { stage: login, submit: form, fields: { p: '{{password}}' } }
  - { stage: verify, get: / }
`,
  );
  expect(ended.outcome).toBe('target_unreachable');
  expect(ended.received).toHaveLength(1);
});
