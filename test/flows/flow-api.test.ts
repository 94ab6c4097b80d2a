import { expect, onTestFinished, test } from 'vitest';
import { classifyFailure } from '../../src/domain/classify.ts';
import { TargetUnreachable } from '../../src/domain/failure.ts';
import { createHttpSession } from '../../src/flows/http/session.ts';
import { createFlowApi } from '../../src/flows/module/flow-api.ts';
import type { FlowApi } from '../../src/flows/module/flow-api-types.ts';
import { runUserCode } from '../../src/flows/module/run-user-code.ts';
import { FakeFlowContext, type FakeFlowOptions } from '../support/fake-flow-context.ts';
import { flowDeps } from '../support/flow-deps.ts';
import { serve, type Received, type Reply } from '../support/login-servers/server.ts';

async function open(answer: (request: Received) => Reply, options: FakeFlowOptions = {}) {
  const server = await serve(answer);
  const deps = flowDeps(server.url);
  const context = new FakeFlowContext({ codes: () => ['123456'], ...options });
  const session = createHttpSession(deps, context);
  onTestFinished(() => session.close());
  const api = createFlowApi({ context, session, deps, options: { a: 1 }, inLogout: false });
  return { api, context, server };
}

/** How a flow that does just this would end. */
async function outcomeOf(context: FakeFlowContext, run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
    return 'ok';
  } catch (error) {
    return classifyFailure(error, context.signal).outcome;
  }
}

type StageName = Parameters<FlowApi['stage']>[0];
const STATUSES: readonly [StageName, number, string][] = [
  ['login', 401, 'login_refused'],
  ['login', 403, 'login_refused'],
  ['login', 400, 'target_unreachable'],
  ['login', 429, 'rate_limited'],
  ['login', 500, 'target_unreachable'],
  ['login', 304, 'target_unreachable'],
  ['request_code', 400, 'request_refused'],
  ['request_code', 404, 'request_refused'],
  ['request_code', 429, 'rate_limited'],
  ['request_code', 502, 'target_unreachable'],
  ['verify', 400, 'code_rejected'],
  ['verify', 401, 'code_rejected'],
  ['verify', 403, 'code_rejected'],
  ['verify', 422, 'code_rejected'],
  ['verify', 404, 'target_unreachable'],
  ['verify', 429, 'rate_limited'],
  ['logout', 401, 'target_unreachable'],
];
test.each(STATUSES)('in %s a %i is %s', async (name, status, outcome) => {
  const { api, context } = await open(() => ({ status }));
  expect(await outcomeOf(context, () => api.stage(name, () => api.http.post('/x')))).toBe(outcome);
});

test('outside of a stage an answer without success is target_unreachable', async () => {
  const { api, context } = await open(() => ({ status: 401 }));
  expect(await outcomeOf(context, () => api.http.get('/x'))).toBe('target_unreachable');
});

test('a rate limit carries how long to back off', async () => {
  const { api } = await open(() => ({ status: 429, headers: { 'retry-after': '30' } }));
  await expect(api.stage('login', () => api.http.get('/'))).rejects.toMatchObject({ retryAfterMs: 30_000 });
});

test('a response tells all that a flow may want to see', async () => {
  const { api, server } = await open(() => ({
    status: 418,
    json: { a: 1 },
    headers: { 'set-cookie': 'k=v' },
  }));
  const response = await api.http.get('/x?y=1', { throwOnStatus: false });
  expect(response).toMatchObject({
    status: 418,
    text: '{"a":1}',
    cookies: { k: 'v' },
    url: `${server.url}/x?y=1`,
  });
  expect(response.headers['content-type']).toBe('application/json');
  expect(response.json()).toEqual({ a: 1 });
});

test('a body that is no JSON is target_unreachable, and its text stays out of the reason', async () => {
  const { api, context } = await open(() => ({ text: 'secret page' }));
  const response = await api.http.get('/');
  expect(await outcomeOf(context, async () => response.json())).toBe('target_unreachable');
  expect(() => response.json()).toThrow(
    /^GET .* answered 200 \(text\/plain, 11 characters\): expected JSON$/,
  );
});

test('every method sends what it is given', async () => {
  const { api, server } = await open(() => ({}));
  await api.http.post('/p', { json: { a: [1] } });
  await api.http.put('/p', { form: { a: 'x y', n: 1, b: true } });
  await api.http.patch('/p', { headers: { 'x-own': '1' } });
  await api.http.delete('/p');
  expect(server.received.map(({ method, body }) => [method, body])).toEqual([
    ['POST', '{"a":[1]}'],
    ['PUT', 'a=x+y&n=1&b=true'],
    ['PATCH', ''],
    ['DELETE', ''],
  ]);
  expect(server.received[2]?.headers['x-own']).toBe('1');
});

test('json and form together are our fault', async () => {
  const { api, context } = await open(() => ({}));
  expect(await outcomeOf(context, () => api.http.post('/', { json: 1, form: {} }))).toBe('flow_error');
});

test('code.request marks t0 at its first request, in its own stage, and waits', async () => {
  const { api, context } = await open(() => ({}));
  const code = await api.code.request(async () => {
    await api.http.post('/send');
    await api.http.get('/sent');
  });
  expect(code).toBe('123456');
  expect(context.events).toEqual(['request_code', 'permit', 'written', 'POST /send 200', 'GET /sent 200']);
});

test('code.request skips its trigger where nobody sends codes', async () => {
  const { api, context } = await open(() => ({}), { codeIsSent: false });
  expect(await api.code.request(() => api.http.post('/send'))).toBe('123456');
  expect(context.events).toEqual([]);
});

test('code.sending marks t0 within another stage, without waiting', async () => {
  const { api, context } = await open(() => ({}), { codes: () => [] });
  await api.stage('login', () => api.code.sending(() => api.http.post('/in')));
  expect(context.events).toEqual(['login', 'permit', 'written', 'POST /in 200']);
});

test('code.sending runs its trigger unmarked where nobody sends codes', async () => {
  const { api, context } = await open(() => ({}), { codeIsSent: false });
  await api.stage('login', () => api.code.sending(() => api.http.post('/in')));
  expect(context.events).toEqual(['login', 'permit', 'POST /in 200']);
});

test('a trigger that asks in another way marks t0 itself, once', async () => {
  const { api, context } = await open(() => ({}));
  await api.code.request(async (written) => {
    written();
    await api.http.get('/after');
  });
  expect(context.events.filter((event) => event === 'written')).toHaveLength(1);
});

test('a trigger that asks nothing is our fault, in words', async () => {
  const { api, context } = await open(() => ({}));
  const asking = api.code.request(async () => undefined);
  await expect(asking).rejects.toThrow("the code's trigger made no request through http");
  expect(await outcomeOf(context, () => asking)).toBe('flow_error');
});

test('verify gets the code, and a second one after a refusal', async () => {
  const { api, server } = await open(({ json }) => ({ status: json['code'] === '2' ? 200 : 401 }), {
    codes: () => ['1', '2'],
  });
  await api.stage('verify', (code) => api.http.post('/code', { json: { code } }));
  expect(server.received.map((request) => request.json['code'])).toEqual(['1', '2']);
});

test('the function that the engine runs takes a code only if the flow wants one', async () => {
  const lengths: number[] = [];
  const { api, context } = await open(() => ({}));
  const real = context.stage.bind(context);
  context.stage = (name, run) => {
    lengths.push(run.length);
    return real(name, run);
  };
  await api.stage('verify', () => api.http.get('/'));
  await api.stage('verify', (code) => api.http.get(`/${code}`));
  expect(lengths).toEqual([0, 1]);
});

test('a code in a path is covered in all that is shown', async () => {
  const { api, context } = await open(() => ({ status: 404 }));
  const verifying = api.stage('verify', (code) => api.http.get(`/check/${code}`));
  await expect(verifying).rejects.toThrow(/GET .*\/check\/••• answered 404/);
  expect(context.requests[0]?.path).toBe('/check/•••');
});

test('expect returns the word, and throws what an outcome means', async () => {
  const { api, context } = await open(() => ({ status: 401, json: { error: 'otp' } }));
  const response = await api.http.get('/', { throwOnStatus: false });
  const rules = (is: 'challenge' | 'login_refused' | 'signed_in') =>
    [{ status: 401, json: { '/error': 'otp' }, is }] as const;
  expect(await api.expect(response, rules('challenge'))).toBe('challenge');
  expect(await outcomeOf(context, () => api.expect(response, rules('login_refused')))).toBe('login_refused');
  const early = () => api.stage('login', () => api.expect(response, rules('signed_in')));
  expect(await outcomeOf(context, early)).toBe('challenge_missing');
  expect(await api.stage('verify', () => api.expect(response, rules('signed_in')))).toBe('signed_in');
});

test('expect refuses rules that cannot be read, and responses that are not of this attempt', async () => {
  const { api } = await open(() => ({}));
  const response = await api.http.get('/');
  await expect(api.expect(response, [{ text: '/(/', is: 'next' }])).rejects.toThrow(/expect's rules: .*RE2/s);
  await expect(api.expect({ ...response }, [{ is: 'next' }])).rejects.toThrow('a response of this attempt');
});

test("a flow sees the account, its options and the attempt's id", async () => {
  const { api } = await open(() => ({}), { account: { number: '+15005550111', vars: { tenant: 't' } } });
  expect(api.account).toEqual({
    username: 'ada',
    password: 'right horse',
    number: '+15005550111',
    vars: { tenant: 't' },
  });
  expect(api.options).toEqual({ a: 1 });
  expect(api.attempt.id).toBe('attempt-1');
});

test("an abort ends the wait for a flow that ignores it, and the flow's later error harms nobody", async () => {
  const stop = new AbortController();
  const never = Promise.withResolvers<void>();
  const running = runUserCode(stop.signal, () => never.promise);
  stop.abort(new TargetUnreachable('over'));
  await expect(running).rejects.toThrow('over');
  never.reject(new Error('too late'));
});

test('an attempt that has ended does not start its flow', async () => {
  let ran = false;
  const run = async () => {
    ran = true;
  };
  await expect(runUserCode(AbortSignal.abort(new TargetUnreachable('over')), run)).rejects.toThrow('over');
  expect(ran).toBe(false);
});
