import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { FLOWS } from '../../src/flows/index.ts';

const kind = FLOWS.find((flow) => flow.kind === 'http');
if (!kind) throw new Error('no kind http');

/** What is wrong with steps, each as `path: message`. */
function faultsOf(yaml: string): string[] {
  const parsed = kind?.schema.safeParse(parse(yaml));
  return (parsed?.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}

const LOGIN = '{ stage: login, post: /login }';
const VERIFY = "{ stage: verify, post: /code, form: { c: '{{code}}' } }";

const FAULTY: readonly [string, string, RegExp][] = [
  [
    'a step that asks nothing',
    `[{ stage: login }, ${VERIFY}]`,
    /^steps\.0: expected exactly one of get, post.*found none$/,
  ],
  [
    'a step that asks twice',
    `[{ stage: login, get: /, post: / }, ${VERIFY}]`,
    /steps\.0: .*found get and post$/,
  ],
  [
    'json and form at once',
    `[{ stage: login, post: /, json: {}, form: {} }, ${VERIFY}]`,
    /expected json or form, found both/,
  ],
  [
    'fields without a submit',
    `[{ stage: login, post: /, fields: { a: b } }, ${VERIFY}]`,
    /fields and pick go with submit/,
  ],
  ['a body on a get', `[{ stage: login, get: /, json: 1 }, ${VERIFY}]`, /a get has no body/],
  [
    'a submit before any page',
    `[{ stage: login, submit: form }, ${VERIFY}]`,
    /^steps\.0\.submit: there is no page yet/,
  ],
  [
    'stages out of order',
    `[${LOGIN}, ${VERIFY}, { stage: request_code, get: / }]`,
    /^steps\.2\.stage: request_code comes after verify/,
  ],
  ['no verify', `[${LOGIN}]`, /^steps: expected at least one step of stage verify/],
  [
    'two steps that send',
    `[{ stage: login, post: /, sends: true }, { stage: request_code, post: /, sends: true }, ${VERIFY}]`,
    /^steps\.1\.sends: expected one step/,
  ],
  [
    'a verify that sends',
    `[${LOGIN}, { stage: verify, post: /, sends: true }]`,
    /^steps\.1\.sends: the code is waited for before verify/,
  ],
  [
    'an unknown matcher',
    `[{ stage: login, get: /, when: [{ body: x, is: next }] }, ${VERIFY}]`,
    /^steps\.0\.when\.0: .*body/,
  ],
  [
    'an unknown word',
    `[{ stage: login, get: /, when: [{ is: fine }] }, ${VERIFY}]`,
    /^steps\.0\.when\.0\.is: /,
  ],
  [
    'an outcome that only we can find',
    `[{ stage: login, get: /, when: [{ is: lost }] }, ${VERIFY}]`,
    /^steps\.0\.when\.0\.is: /,
  ],
  [
    'an unreadable pattern',
    `[{ stage: login, get: /, when: [{ text: '/(/', is: next }] }, ${VERIFY}]`,
    /^steps\.0\.when\.0\.text: expected a pattern in RE2/,
  ],
  [
    'a bad selector',
    `[{ stage: login, get: /, when: [{ has: 'p[', is: next }] }, ${VERIFY}]`,
    /^steps\.0\.when\.0\.has: expected a CSS selector/,
  ],
  [
    'a bad pointer',
    `[{ stage: login, get: /, when: [{ json: { error: x }, is: next }] }, ${VERIFY}]`,
    /^steps\.0\.when\.0\.json\.error: expected a JSON pointer/,
  ],
  [
    'a bad path',
    `[{ stage: login, get: /, when: [{ path: account, is: next }] }, ${VERIFY}]`,
    /expected a path such as/,
  ],
  [
    'a bad status',
    `[{ stage: login, get: /, when: [{ status: 4x, is: next }] }, ${VERIFY}]`,
    /expected a status such as 401/,
  ],
  [
    'an unknown source',
    `[{ stage: login, get: /, save: { t: 'body:x' } }, ${VERIFY}]`,
    /^steps\.0\.save\.t: expected json:\/POINTER, header:NAME/,
  ],
  [
    'a source without a name',
    `[{ stage: login, get: /, save: { t: 'header:' } }, ${VERIFY}]`,
    /^steps\.0\.save\.t: expected json/,
  ],
  [
    'a saved name that is taken',
    `[{ stage: login, get: /, save: { password: 'header:x' } }, ${VERIFY}]`,
    /^steps\.0\.save\.password: password is a name of the account's/,
  ],
  [
    'a code before it is there',
    `[{ stage: login, get: '/{{code}}' }, ${VERIFY}]`,
    /^steps\.0: \{\{code\}\} is not known in login/,
  ],
  [
    'a name used before it is saved',
    `[{ stage: login, get: '/{{t}}', save: { t: 'header:x' } }, ${VERIFY}]`,
    /^steps\.0: \{\{t\}\} is used before a step saves it/,
  ],
  [
    'a template that cannot be read',
    `[{ stage: login, get: '/{{a b}}' }, ${VERIFY}]`,
    /^steps\.0: a template cannot be read/,
  ],
  [
    'a challenge after the code',
    `[${LOGIN}, { stage: verify, post: /, when: [{ is: challenge }] }]`,
    /^steps\.1\.when\.0\.is: asking again after the code was submitted is code_rejected/,
  ],
  [
    'a logout that signs in',
    `[${LOGIN}, ${VERIFY}, { stage: logout, post: /, when: [{ is: signed_in }] }]`,
    /^steps\.2\.when\.0\.is: a logout cannot sign in/,
  ],
  ['an unknown key', `[{ stage: login, get: /, wehn: [] }, ${VERIFY}]`, /wehn/],
];

test.each(FAULTY)('%s is refused, with its place', (_name, steps, words) => {
  const faults = faultsOf(`steps: ${steps}`);
  expect(faults.join('\n')).toMatch(new RegExp(words.source, 'm'));
});

test('well-formed steps have no fault', () => {
  expect(faultsOf(`steps: [${LOGIN}, ${VERIFY}]`)).toEqual([]);
});

const check = (yaml: string, facts: { delivered: boolean; vars?: Record<string, string[]> }) =>
  kind.check?.(kind.schema.parse(parse(yaml)), facts);

test('a delivered factor needs a step that sends; others do not', () => {
  const yaml = `steps: [${LOGIN}, ${VERIFY}]`;
  expect(check(yaml, { delivered: true })).toEqual([expect.stringContaining('no step has `sends: true`')]);
  expect(check(yaml, { delivered: false })).toEqual([]);
});

test('a name that neither steps nor flow nor account know is named, with the account that lacks it', () => {
  const yaml = `
vars: { tenant: t1 }
steps:
  - { stage: login, post: '/{{tenant}}/{{mail}}', when: [{ json: { /id: '{{staff}}' }, is: next }], save: { t: 'header:t' } }
  - { stage: verify, post: '/{{t}}/{{username}}', form: { c: '{{code}}' } }
`;
  const vars = { 'sms-1': ['mail', 'staff'], 'sms-2': ['staff'] };
  expect(check(yaml, { delivered: false, vars })).toEqual([
    expect.stringMatching(/\{\{mail\}\}.*account sms-2/),
  ]);
});
