import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { shieldPlaceholders, unshieldPlaceholders } from '../../src/config/placeholders.ts';
import { CONFIG_ENV } from '../support/config-kinds.ts';
import { CONFIG_TEXT, configOf, loadText, saidAbout } from '../support/config-text.ts';

const withContact = (written: string) => CONFIG_TEXT.replace('sre@acme.example', () => written);

test('a variable is replaced, also within a text and more than once', async () => {
  const env = { ...CONFIG_ENV, TEAM: 'sre', HOST: 'acme.example' };
  const config = await configOf(withContact('${TEAM}+${TEAM}@${HOST}'), { env });
  expect(config.contact).toBe('sre+sre@acme.example');
});

test('a default stands in for what is not set or empty, and may hold what YAML would choke on', async () => {
  const env = { ...CONFIG_ENV, EMPTY: '' };
  const text = CONFIG_TEXT.replace(
    'username: one',
    'username: "${NOBODY:-}x", vars: { a: ${EMPTY:-[b], c: d} }',
  );
  const account = (await configOf(text, { env })).targets['acme']?.accounts['sms-1'];
  expect(account?.username).toBe('x');
  expect(account?.vars).toEqual({ a: '[b], c: d' });
});

test('a variable that is set to nothing is set', async () => {
  const text = CONFIG_TEXT.replace('username: one', 'username: "x${EMPTY}"');
  const config = await configOf(text, { env: { ...CONFIG_ENV, EMPTY: '' } });
  expect(config.targets['acme']?.accounts['sms-1']?.username).toBe('x');
});

test('a file is read relative to the configuration, without its last line break', async () => {
  const read: string[] = [];
  const readFile = async (path: string) => {
    read.push(path);
    return path.endsWith('.yaml') ? CONFIG_TEXT.replace('${P1}', '${file:secrets/p1}') : 'from a file\n\n';
  };
  const config = await configOf('', { readFile });
  expect(read).toEqual(['/etc/twofa/twofa.yaml', '/etc/twofa/secrets/p1']);
  expect(config.targets['acme']?.accounts['sms-1']?.password.reveal()).toBe('from a file\n');
});

test('a doubled dollar keeps the braces', async () => {
  expect((await configOf(withContact("'$${NOT_A_VARIABLE} $x'"))).contact).toBe('${NOT_A_VARIABLE} $x');
});

test('what a variable holds is never read as YAML: it stays one text', async () => {
  const env = { ...CONFIG_ENV, P1: '{ a: [1, 2] } # no comment' };
  const config = await configOf(CONFIG_TEXT, { env });
  expect(config.targets['acme']?.accounts['sms-1']?.password.reveal()).toBe('{ a: [1, 2] } # no comment');
});

test('what a variable holds is not replaced again', async () => {
  const env = { ...CONFIG_ENV, TEAM: '${SID}' };
  expect((await configOf(withContact('${TEAM}'), { env })).contact).toBe('${SID}');
});

test('keys are never replaced', async () => {
  const text = CONFIG_TEXT.replace('us-b: {', '"${P1}": {').replace('phones: [us-a, us-b]', 'phones: [us-a]');
  const said = await saidAbout(text);
  expect(said.some((line) => line.includes('found the name "${P1}"'))).toBe(true);
});

test('each missing variable is told once, where it stands, and its echoes are not', async () => {
  const { P1, T3, ...env } = CONFIG_ENV;
  expect([P1, T3]).not.toContain(undefined);
  expect(await saidAbout(CONFIG_TEXT, { env })).toEqual([
    'twofa.yaml:15:41  targets.acme.accounts.sms-1.password: environment variable P1 is not set; set it, or give a default: ${P1:-default}',
    'twofa.yaml:17:63  targets.acme.accounts.totp-1.totpSecret: environment variable T3 is not set; set it, or give a default: ${T3:-default}',
  ]);
});

test('a name that every object has is not a variable', async () => {
  const loaded = await loadText(withContact('${constructor}'));
  expect(loaded.ok).toBe(false);
});

test('shielding keeps every position, and unshielding gives back what was written', () => {
  const piece = fc.oneof(
    fc.constantFrom('${', '}', '${A}', '${A:-b, c}', '$', '{', "'", '"', '\n'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('').replace(/[\ue000-\ue07f]/g, '');
      const shielded = shieldPlaceholders(text);
      expect(shielded.length).toBe(text.length);
      expect(shielded.split('\n').length).toBe(text.split('\n').length);
      expect(unshieldPlaceholders(shielded)).toBe(text);
    }),
  );
});
