import { expect, test } from 'vitest';
import { compilePattern } from '../../src/domain/pattern.ts';
import { parseHtml } from '../../src/flows/http/html.ts';
import { fillForm } from '../../src/flows/steps/form.ts';

const PAGE = new URL('https://acme.example/app/login?next=%2F');

async function filled(
  html: string,
  {
    css = 'form',
    fields = {},
    pick = {},
  }: { css?: string; fields?: Record<string, string>; pick?: Record<string, string> } = {},
) {
  const patterns = Object.entries(pick).map(([name, written]) => [name, compilePattern(written)] as const);
  const form = fillForm(await parseHtml(html), PAGE, { css, fields, pick: Object.fromEntries(patterns) });
  return { method: form.method, action: form.action.href, sent: form.pairs.toString() };
}

test('hidden inputs are sent as they are, others only when they are filled', async () => {
  const html = `<form method=POST><input type=hidden name=a value="1&amp;2"><input type=HIDDEN name=a value=3>
    <input type=hidden value=nameless><input type=hidden name=off value=x disabled>
    <input name=user value=old><input type=checkbox name=keep checked><button name=go value=1>Go</button></form>`;
  expect((await filled(html, { fields: { user: 'ada b' } })).sent).toBe('a=1%262&a=3&user=ada+b');
});

test('a field replaces a hidden input of its name', async () => {
  expect((await filled('<form><input type=hidden name=a value=1></form>', { fields: { a: '2' } })).sent).toBe(
    'a=2',
  );
});

const ACTIONS: readonly [string, string][] = [
  ['<form>', 'https://acme.example/app/login?next=%2F'],
  ['<form action="">', 'https://acme.example/app/login?next=%2F'],
  ['<form action="do?x=1#top">', 'https://acme.example/app/do?x=1'],
  ['<form action=" /do ">', 'https://acme.example/do'],
  ['<base href="/other/"><form action="do">', 'https://acme.example/other/do'],
  ['<base href="/other/"><form>', 'https://acme.example/app/login?next=%2F'],
  ['<form action="//cdn.example/do">', 'https://cdn.example/do'],
];
test.each(ACTIONS)('%s goes to %s', async (html, action) => {
  expect((await filled(html)).action).toBe(action);
});

test.each([
  ['<form>', 'GET'],
  ['<form method=Post>', 'POST'],
  ['<form method=dialog>', 'GET'],
])('%s is a %s', async (html, method) => {
  expect((await filled(html)).method).toBe(method);
});

test('the selector may name the form, something in it or something around it', async () => {
  const html = `<div id=one><form action=/1><input name=x></form></div><div id=two><form id=f action=/2><i></i></form></div>`;
  for (const css of ['#f', '#two', 'form i']) {
    expect((await filled(html, { css })).action).toBe('https://acme.example/2');
  }
});

test('controls elsewhere on the page belong to the form that they name', async () => {
  const html = `<form id=f><input type=hidden name=a value=1></form><input type=hidden form=f name=b value=2>
    <input type=hidden form=g name=c value=3>`;
  expect((await filled(html)).sent).toBe('a=1&b=2');
});

test('a form within a table keeps its fields', async () => {
  const html = '<table><form method=post><tr><td><input type=hidden name=t value=9></td></tr></form></table>';
  expect((await filled(html)).sent).toBe('t=9');
});

const DEVICES = `<form>
  <select name=menu><option value=1>App</option><option>SMS to ••11</option><option value=3 disabled>SMS off</option></select>
  <input type=radio name=radio value=a id=ra><label for=ra>Authenticator</label>
  <label><input type=radio name=radio value=b> Text me</label>
  <input type=radio name=radio value=c aria-label="Call me">
  <input type=checkbox name=box value=yes><input type=checkbox name=bare id=ba><label for=ba>Remember</label>
  <button name=button value=sms>Send SMS</button><input type=submit name=submit value="By text">
</form>`;
const PICKS: readonly [string, string, string][] = [
  ['menu', '^sms', 'fail'],
  ['menu', '/^sms/i', 'SMS+to+%E2%80%A2%E2%80%A211'],
  ['menu', '^1$', '1'],
  ['menu', 'off', 'fail'],
  ['radio', '^Text', 'b'],
  ['radio', '^Authenticator$', 'a'],
  ['radio', 'Call', 'c'],
  ['box', 'yes', 'yes'],
  ['bare', 'Remember', 'on'],
  ['button', 'Send', 'sms'],
  ['submit', 'text', 'By+text'],
  ['other', '.', 'fail'],
];
test.each(PICKS)('picking %s by %s gives %s', async (name, pattern, value) => {
  const picking = filled(DEVICES, { pick: { [name]: pattern } });
  if (value !== 'fail') expect((await picking).sent).toBe(`${name}=${value}`);
  else await expect(picking).rejects.toThrow(/^the form has .*; expected one that matches/);
});

test('a page without the form says what was looked for', async () => {
  await expect(filled('<p>Hi</p>', { css: '#login' })).rejects.toThrow('nothing on it matches #login');
  await expect(filled('<p>Hi</p>', { css: 'p' })).rejects.toThrow('is in no form, and has none in it');
});
