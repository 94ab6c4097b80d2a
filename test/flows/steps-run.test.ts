import { expect, test } from 'vitest';
import type { FlowDeps } from '../../src/ports/login-flow.ts';
import { FakeFlowContext, runFlow, type FakeFlowOptions } from '../support/fake-flow-context.ts';
import { createFlow, flowDeps } from '../support/flow-deps.ts';
import { serve, type Received, type Reply } from '../support/login-servers/server.ts';

const ACCOUNT = { vars: {} };

async function attempt(
  answer: (request: Received) => Reply,
  steps: string,
  options: FakeFlowOptions & { deps?: Partial<FlowDeps>; base?: string } = {},
) {
  const server = await serve(answer);
  const context = new FakeFlowContext({ codes: () => ['123456'], account: ACCOUNT, ...options });
  const deps = flowDeps(`${server.url}${options.base ?? ''}`, options.deps);
  const ended = await runFlow(createFlow('http', steps, deps), context);
  return { ...ended, context, received: server.received, url: server.url };
}

const VERIFY = '{ stage: verify, post: /code }';

/** Runs one login step whose answer is given, and says how it ended. */
const judged = async (reply: Reply, when: string, account: FakeFlowOptions['account'] = {}) => {
  const steps = `steps: [ { stage: login, get: /a, when: ${when} }, { stage: verify, get: /b } ]`;
  const answer = (request: Received): Reply => (request.path === '/a' ? reply : {});
  return (await attempt(answer, steps, { account: { ...ACCOUNT, ...account } })).outcome;
};

const html =
  '<title>locked</title><script>var locked</script><p class="a error">Account&nbsp;isn&#39;t   <b>open</b></p>';
const MATCHES: readonly [string, Reply, string, boolean][] = [
  ['a status', { status: 401 }, '{ status: 401', true],
  ['another status', { status: 401 }, '{ status: 403', false],
  ['a status class', { status: 404 }, '{ status: 4xx', true],
  ['a list of statuses', { status: 404 }, '{ status: [401, 4xx]', true],
  ['no status means 2xx', { status: 404, text: 'x' }, '{ text: x', false],
  ['json by value', { json: { a: { 'b/c': [1, true] } } }, '{ json: { /a/b~1c/1: true }', true],
  ['json by number', { json: { n: 5 } }, '{ json: { /n: 5 }', true],
  ['json by another value', { json: { n: 5 } }, '{ json: { /n: 6 }', false],
  ['json that is missing', { json: {} }, "{ json: { /n: '/.*/' }", false],
  ['json null', { json: { n: null } }, '{ json: { /n: null }', true],
  ['json by pattern', { json: { m: 'Bad OTP' } }, '{ json: { /m: /otp/i }', true],
  ['json by pattern, case told apart', { json: { m: 'Bad OTP' } }, '{ json: { /m: /otp/ }', false],
  ['json in a body that is none', { text: 'no json' }, "{ json: { /m: '/.*/' }", false],
  ['a header', { headers: { 'X-State': 'mfa' } }, '{ header: { x-state: mfa }', true],
  ['a header by pattern', { headers: { 'X-State': 'mfa-9' } }, '{ header: { X-State: /^mfa/ }', true],
  ['a header that is missing', {}, "{ header: { x-state: '/.*/' }", false],
  ['a cookie', { headers: { 'set-cookie': 'sid=1' } }, '{ cookie: sid', true],
  ['a cookie that is missing', { headers: { 'set-cookie': 'sid=1' } }, '{ cookie: id', false],
  ['a cookie by value', { headers: { 'set-cookie': 'sid=1' } }, "{ cookie: { sid: '2' }", false],
  ['a path', {}, '{ path: /a', true],
  ['a path is whole', {}, '{ path: /', false],
  ['a path with a star', {}, '{ path: /*', true],
  ['a path by pattern', {}, "{ path: '^/[a-c]$'", true],
  ['text on a page, entities read', { html }, `{ text: "Account isn't open"`, true],
  ['text does not see scripts and titles', { html }, '{ text: locked', false],
  ['text of a plain body', { text: 'not-open' }, '{ text: /OPEN/i', true],
  ['notText', { text: 'fine' }, '{ notText: locked', true],
  ['notText that is there', { text: 'locked' }, '{ notText: locked', false],
  ['has', { html }, '{ has: p.error', true],
  ['has not', { html }, '{ has: p.fatal', false],
  ['has on what is no page', { text: '<p class=error>' }, '{ has: p.error', false],
  ['all matchers must match', { html }, '{ has: p.error, text: closed', false],
];
test.each(MATCHES)('a rule matches by %s', async (_name, reply, matcher, matches) => {
  const outcome = await judged(reply, `[ ${matcher}, is: login_refused } ]`);
  expect(outcome).toBe(matches ? 'login_refused' : 'target_unreachable');
});

test('values of the account stand in compared texts, and never as patterns', async () => {
  const when = "[ { json: { /name: '{{username}}' }, is: login_refused } ]";
  expect(await judged({ json: { name: '/.*/' } }, when, { username: '/.*/' })).toBe('login_refused');
  expect(await judged({ json: { name: 'eve' } }, when, { username: '/.*/' })).toBe('target_unreachable');
});

test('the first rule that matches wins', async () => {
  const when = '[ { text: x, is: rate_limited }, { text: x, is: login_refused } ]';
  expect(await judged({ text: 'x' }, when)).toBe('rate_limited');
});

test('rules come before the built-in meaning of 429 and 5xx', async () => {
  expect(await judged({ status: 429 }, '[ { status: 429, is: login_refused } ]')).toBe('login_refused');
  expect(await judged({ status: 429 }, '[ { status: 401, is: login_refused } ]')).toBe('rate_limited');
  expect(await judged({ status: 503 }, '[ { status: 503, is: rate_limited } ]')).toBe('rate_limited');
});

test('signed_in before the code is challenge_missing, after it proves the session', async () => {
  const steps = `steps: [ { stage: login, get: /, when: [ { is: WORD } ] }, { stage: verify, get: /, when: [ { is: signed_in } ] } ]`;
  const early = await attempt(() => ({}), steps.replace('WORD', 'signed_in'));
  expect(early.outcome).toBe('challenge_missing');
  const late = await attempt(() => ({}), steps.replace('WORD', 'challenge'));
  expect(late.outcome).toBe('ok');
});

test('a confirm step that fails is target_unreachable, within verify', async () => {
  const steps = `steps: [ { stage: login, get: / }, ${VERIFY}, { stage: confirm, get: /me, when: [ { text: hello, is: signed_in } ] } ]`;
  const ended = await attempt(() => ({ text: 'who are you' }), steps);
  expect(ended.outcome).toBe('target_unreachable');
  expect(ended.context.requests.map((request) => request.stage)).toEqual(['login', 'verify', 'verify']);
});

test('a factor whose code nobody sends skips the step that only asks for it', async () => {
  const steps = `steps: [ { stage: login, get: / }, { stage: request_code, post: /send, sends: true }, ${VERIFY} ]`;
  const ended = await attempt(() => ({}), steps, { codeIsSent: false });
  expect(ended.outcome).toBe('ok');
  expect(ended.received.map((request) => request.path)).toEqual(['/', '/code']);
  expect(ended.context.begun.has('request_code')).toBe(false);
});

test('a login that also sends runs as it is where nobody sends codes', async () => {
  const steps = `steps: [ { stage: login, post: /in, sends: true }, ${VERIFY} ]`;
  const ended = await attempt(() => ({}), steps, { codeIsSent: false });
  expect(ended.received.map((request) => request.path)).toEqual(['/in', '/code']);
  expect(ended.context.events).not.toContain('written');
});

test('the mark of t0 comes after the permit and before the request ends', async () => {
  const steps = `steps: [ { stage: login, get: / }, { stage: request_code, get: /send, sends: true }, ${VERIFY} ]`;
  const { context } = await attempt(() => ({}), steps);
  expect(context.events).toEqual([
    'login',
    'GET / 200',
    'request_code',
    'permit',
    'written',
    'GET /send 200',
    'verify',
    'permit',
    'POST /code 200',
  ]);
});

test('only the first request of a redirected chain is t0', async () => {
  const steps = `steps: [ { stage: login, get: / }, { stage: request_code, post: /send, sends: true }, ${VERIFY} ]`;
  const { context } = await attempt(
    ({ path }) => (path === '/send' ? { status: 303, headers: { location: '/sent' } } : {}),
    steps,
  );
  expect(context.events.filter((event) => event === 'written')).toHaveLength(1);
  expect(context.events).toContain('GET /sent 200');
});

test('a logout that fails does not change how the attempt ended', async () => {
  const steps = `steps: [ { stage: login, get: / }, ${VERIFY}, { stage: logout, post: /out } ]`;
  expect(await attempt(({ path }) => ({ status: path === '/out' ? 500 : 200 }), steps)).toMatchObject({
    outcome: 'ok',
    logout: 'failed',
  });
});

test('the logout runs after a failure past login, with the session and what was saved', async () => {
  const steps = `
steps:
  - { stage: login, post: /in, save: { token: json:/token } }
  - ${VERIFY}
  - { stage: logout, delete: '/sessions/{{token}}' }
`;
  const ended = await attempt(({ path }) => {
    if (path === '/in') return { json: { token: 'a/b' }, headers: { 'set-cookie': 'sid=7' } };
    return { status: path === '/code' ? 500 : 200 };
  }, steps);
  expect(ended).toMatchObject({ outcome: 'target_unreachable', logout: 'ok' });
  expect(ended.received.at(-1)).toMatchObject({
    method: 'DELETE',
    path: '/sessions/a%2Fb',
    cookies: { sid: '7' },
  });
});

test('what cannot be saved is target_unreachable, and says what was looked for', async () => {
  const steps = `steps: [ { stage: login, get: /, save: { t: json:/token } }, ${VERIFY} ]`;
  const ended = await attempt(() => ({ json: { secret: 'xyz' } }), steps);
  expect(ended.outcome).toBe('target_unreachable');
  expect(ended.reason).toBe('GET /: the answer has no json:/token to save as t');
});

test('values are saved from every source', async () => {
  const reply: Reply = {
    html: '<form><input name=csrf value="c&amp;1"></form><i data-id="id-42"></i>',
    headers: { 'X-Token': 'h1', 'set-cookie': 'k=v1' },
  };
  const steps = `
steps:
  - stage: login
    get: /
    save: { a: header:x-token, b: cookie:k, c: input:csrf, d: 'regex:data-id="(?<code>[^"]+)"' }
  - { stage: verify, post: /code, form: { all: '{{a}} {{b}} {{c}} {{d}}' } }
`;
  const ended = await attempt(() => reply, steps);
  expect(ended.received.at(-1)?.form.get('all')).toBe('h1 v1 c&1 id-42');
});

test('a header of the answer before redirects can be saved, and first: looks at it', async () => {
  const steps = `
steps:
  - stage: login
    post: /in
    save: { t: header:x-token }
    when: [ { first: { status: 302, header: { location: /home } }, path: /home, text: home, is: next } ]
  - { stage: verify, get: '/{{t}}' }
`;
  const ended = await attempt(
    ({ path }) =>
      path === '/in' ? { status: 302, headers: { location: '/home', 'x-token': 't1' } } : { text: 'home' },
    steps,
  );
  expect(ended.outcome).toBe('ok');
  expect(ended.received.at(-1)?.path).toBe('/t1');
});

test("an account's vars win over the flow's", async () => {
  const steps = `{ vars: { tenant: t1, lang: de }, steps: [ { stage: login, get: '/{{tenant}}/{{lang}}' }, ${VERIFY} ] }`;
  const ended = await attempt(() => ({}), steps, { account: { vars: { tenant: 't 2' } } });
  expect(ended.received[0]?.path).toBe('/t%202/de');
});

test('a name without a value is our fault, and the reason names it', async () => {
  const steps = `steps: [ { stage: login, get: '/{{mail}}' }, ${VERIFY} ]`;
  const ended = await attempt(() => ({}), steps);
  expect(ended.outcome).toBe('flow_error');
  expect(ended.reason).toContain('{{mail}}, which has no value here; known are: password, username');
});

test('values within JSON keep its shape, and cannot break out of it', async () => {
  const steps = `steps: [ { stage: login, post: /, json: { u: ['{{username}}', 1, true, null], p: { x: '{{password}}' } } }, ${VERIFY} ]`;
  const account = { username: 'a","admin":"', password: '{{username}}', vars: {} };
  const ended = await attempt(() => ({}), steps, { account });
  expect(ended.received[0]?.json).toEqual({
    u: ['a","admin":"', 1, true, null],
    p: { x: '{{username}}' },
  });
});

test("a target below a path, and a step's own address", async () => {
  const steps = `steps: [ { stage: login, get: '/login?x=1' }, { stage: verify, get: code } ]`;
  const ended = await attempt(() => ({}), steps, { base: '/app' });
  expect(ended.received.map((request) => request.path)).toEqual(['/app/login', '/app/code']);
});

test('a step that names another origin is our fault, and nothing is sent', async () => {
  const steps = `steps: [ { stage: login, post: 'https://evil.example/login' }, ${VERIFY} ]`;
  const ended = await attempt(() => ({}), steps);
  expect(ended.outcome).toBe('flow_error');
  expect(ended.reason).toContain(
    "https://evil.example, which is not the target; add it to the target's origins",
  );
});

test('every request says who asks, and a flow adds headers of its own', async () => {
  const steps = `steps: [ { stage: login, get: /, headers: { Accept: text/x, X-Own: '{{username}}' } }, ${VERIFY} ]`;
  const ended = await attempt(() => ({}), steps);
  expect(ended.received[0]?.headers).toMatchObject({
    'user-agent': 'twofa-prober/test (sre@acme.example)',
    'x-probe-attempt': 'attempt-1',
    accept: 'text/x',
    'x-own': 'ada',
  });
});

test('codes, passwords and saved values in a path are covered in all that is shown', async () => {
  const steps = `
steps:
  - { stage: login, get: '/in/{{password}}', save: { t: json:/t } }
  - { stage: verify, get: '/check/{{t}}/{{code}}' }
`;
  const ended = await attempt(
    ({ path }) => ({
      status: path.startsWith('/in') ? 200 : 302,
      json: { t: 'tok/7' },
      headers: { location: 'http://other.example/' },
    }),
    steps,
  );
  expect(ended.received[1]?.path).toBe('/check/tok%2F7/123456');
  expect(ended.context.requests.map((request) => request.path)).toEqual(['/in/•••', '/check/•••/•••']);
  expect(ended.reason).toContain('/check/•••/••• redirects to http://other.example');
});

test.each([
  ['{ status: 423, is: rate_limited }', "retryAfter: 'json:/wait',", 45_000],
  ["{ status: 423, is: rate_limited, retryAfter: 'header:x-wait' }", "retryAfter: 'json:/wait',", 60_000],
  ['{ status: 423, is: rate_limited }', '', 90_000],
])(
  'how long to back off is read by the rule, the step, or the standard header: %s',
  async (rule, own, ms) => {
    const reply: Reply = {
      status: 423,
      json: { wait: 45 },
      headers: { 'x-wait': '60', 'retry-after': '90' },
    };
    const ended = await attempt(
      () => reply,
      `steps: [ { stage: login, get: /, ${own} when: [ ${rule} ] }, ${VERIFY} ]`,
    );
    expect(ended).toMatchObject({ outcome: 'rate_limited', retryAfterMs: ms });
  },
);
