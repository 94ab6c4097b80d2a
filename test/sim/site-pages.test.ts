import { load } from 'cheerio';
import { expect, test } from 'vitest';
import { createVisitor, credentialsOf, startStage, type Answer, type Stage } from './stage.ts';

/** Fills a form of a page as a browser does: hidden fields, then what the user types. */
function fill(answer: Answer, selector: string, typed: Record<string, string>): [string, URLSearchParams] {
  const $ = load(answer.text);
  const form = $(selector);
  const fields = new URLSearchParams();
  for (const input of form.find('input[type=hidden]')) {
    fields.set($(input).attr('name') ?? '', $(input).attr('value') ?? '');
  }
  for (const [name, value] of Object.entries(typed)) {
    expect(form.find(`[name=${name}]`).length).toBe(1);
    fields.set(name, value);
  }
  expect(form.attr('method')).toBe('post');
  return [form.attr('action') ?? '', fields];
}

const errorOf = (answer: Answer): string => load(answer.text)('.error').text();

async function signIn(
  stage: Stage,
  username: string,
  password = credentialsOf(stage.sim, username).password,
) {
  const visit = createVisitor(stage.loginUrl);
  const form = fill(await visit('GET', '/login'), 'form#login', { user: username, pass: password });
  return { visit, answer: await visit('POST', ...form) };
}

test('a user signs in page by page: password, device, code', async () => {
  const stage = await startStage();
  const { visit, answer } = await signIn(stage, 'sms-1');
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/second-factor']);
  const devices = await visit('GET', '/second-factor');
  expect(load(devices.text)('option[value="sms:1"]').text()).toBe('SMS to +1•••0111');
  expect(devices.text).not.toContain('2025550111');
  const sent = await visit('POST', ...fill(devices, 'form#device', { device: 'sms:1' }));
  expect(load(sent.text)('p').first().text()).toContain('A code was sent');
  const otp = stage.sim.truth.sends()[0]?.code ?? '';
  const verified = await visit('POST', ...fill(sent, 'form#code', { otp }));
  expect([verified.status, verified.headers.get('location')]).toEqual([302, '/me']);
  expect((await visit('GET', '/me')).json).toEqual({ name: 'sms-1' });
  expect((await visit('POST', '/logout')).status).toBe(302);
  expect((await visit('GET', '/me')).status).toBe(302);
});

test('a wrong password is a page with an error and status 200', async () => {
  const stage = await startStage();
  const { visit, answer } = await signIn(stage, 'sms-1', 'wrong');
  expect([answer.status, errorOf(answer)]).toEqual([200, 'Wrong user or password.']);
  const { password } = credentialsOf(stage.sim, 'sms-1');
  const again = await visit('POST', ...fill(answer, 'form#login', { user: 'sms-1', pass: password }));
  expect(again.status).toBe(302);
});

test('a wrong code is a page with an error and status 200, from which the user can go on', async () => {
  const stage = await startStage();
  const { visit } = await signIn(stage, 'backup-1');
  const refused = await visit(
    'POST',
    ...fill(await visit('GET', '/second-factor'), 'form#code', { otp: '1' }),
  );
  expect([refused.status, errorOf(refused)]).toEqual([200, 'That code is not right.']);
  const otp = credentialsOf(stage.sim, 'backup-1').backupCodes[0] ?? '';
  expect((await visit('POST', ...fill(refused, 'form#code', { otp }))).status).toBe(302);
});

test('a form without its token, or with that of another visitor, is refused', async () => {
  const stage = await startStage();
  const visit = createVisitor(stage.loginUrl);
  const [path, fields] = fill(await visit('GET', '/login'), 'form#login', { user: 'sms-1', pass: 'x' });
  const other = createVisitor(stage.loginUrl);
  await other('GET', '/login');
  expect((await other('POST', path, fields)).status).toBe(403);
  fields.delete('csrf');
  expect((await visit('POST', path, fields)).status).toBe(403);
  expect(stage.sim.truth.logins()).toEqual([]);
});

test('a device that cannot be sent to is an error, and nothing is sent', async () => {
  const stage = await startStage();
  const { visit } = await signIn(stage, 'sms-1');
  const devices = await visit('GET', '/second-factor');
  const answer = await visit('POST', ...fill(devices, 'form#device', { device: 'voice:1' }));
  expect(errorOf(answer)).toBe('No code can be sent to that device.');
  expect(stage.sim.truth.sends()).toEqual([]);
});

test('pages of the second factor lead visitors who have not signed in to the sign-in page', async () => {
  const { loginUrl } = await startStage();
  const visit = createVisitor(loginUrl);
  const answers = [
    await visit('GET', '/second-factor'),
    await visit('POST', '/second-factor'),
    await visit('POST', '/second-factor/device'),
    await visit('GET', '/me'),
  ];
  expect(answers.map(({ status, headers }) => [status, headers.get('location')])).toEqual(
    answers.map(() => [302, '/login']),
  );
});
