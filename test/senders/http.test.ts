import { expect, test } from 'vitest';
import { httpSender } from '../../src/senders/http.ts';
import { serve, type Reply } from '../support/login-servers/server.ts';

const TO = '+15005550111';
const never = new AbortController().signal;

async function send(
  settings: Record<string, unknown>,
  reply: Reply = { text: 'ok' },
  text = 'code <1> & "2"',
) {
  const server = await serve(() => reply);
  const parsed = httpSender.schema.parse({ ...settings, url: `${server.url}${String(settings['url'])}` });
  const sender = httpSender.create(parsed, { name: 'control', logger: { log: () => undefined } });
  const answer = await sender.send(TO, text, never).catch((error: unknown) => error);
  return { answer, request: server.received[0] };
}

test('a GET carries everything in its query, encoded', async () => {
  const { answer, request } = await send(
    {
      url: '/cgi-bin/sendsms?smsc=rack',
      method: 'GET',
      query: { username: 'a&b', to: '{{ digits }}', text: '{{text}}', dlr: 1 },
      accepted: '^0: ',
    },
    { text: '0: Accepted for delivery' },
  );
  expect(answer).toEqual({ providerId: 'none' });
  expect(request).toMatchObject({ method: 'GET', path: '/cgi-bin/sendsms', body: '' });
  expect(Object.fromEntries(request?.query ?? [])).toEqual({
    smsc: 'rack',
    username: 'a&b',
    to: '15005550111',
    text: 'code <1> & "2"',
    dlr: '1',
  });
});

test('an answer that does not match `accepted` is a refusal, whatever its status', async () => {
  const { answer } = await send(
    { url: '/send', form: { to: '{{to}}', text: '{{text}}' }, accepted: '^0: ' },
    { status: 202, text: `3: Queued for later +15005550111` },
  );
  expect(answer).toMatchObject({
    outcome: 'request_refused',
    message: expect.stringContaining('HTTP 202, but'),
  });
  expect(String(answer)).not.toContain('5550111');
});

test('a form is encoded as one', async () => {
  const { request } = await send({ url: '/send', form: { to: '{{to}}', text: 'x {{text}}' } });
  expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(Object.fromEntries(request?.form ?? [])).toEqual({ to: TO, text: 'x code <1> & "2"' });
});

test('a body of XML gets its values escaped, plain text does not', async () => {
  const body = '<sms to="{{to}}">{{text}}</sms>';
  const xml = await send({ url: '/send', headers: { 'Content-Type': 'text/xml' }, body });
  expect(xml.request?.body).toBe('<sms to="+15005550111">code &lt;1&gt; &amp; &quot;2&quot;</sms>');
  const plain = await send({ url: '/send', body });
  expect(plain.request?.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(plain.request?.body).toBe('<sms to="+15005550111">code <1> & "2"</sms>');
});

test('a number in the path is encoded, and a header goes out as it was set', async () => {
  const { request } = await send({
    url: '/phones/{{to}}/sms',
    headers: { 'X-Key': 'k' },
    json: { t: ['{{text}}'] },
  });
  expect(request).toMatchObject({ path: '/phones/%2B15005550111/sms', json: { t: ['code <1> & "2"'] } });
  expect(request?.headers['x-key']).toBe('k');
});

test('a redirect is not followed: it would be a second send', async () => {
  const { answer } = await send(
    { url: '/send', json: { to: '{{to}}', text: '{{text}}' } },
    { status: 307, headers: { location: '/elsewhere' }, text: '' },
  );
  expect(answer).toMatchObject({ outcome: 'request_refused', message: expect.stringContaining('HTTP 307') });
});

const JSON_BODY = { to: '{{to}}', text: '{{text}}' };
test.each([
  [
    'two bodies',
    { json: JSON_BODY, form: JSON_BODY },
    /expected one of json, form and body, found json and form/,
  ],
  [
    'a GET with a body',
    { method: 'GET', json: JSON_BODY },
    /a GET has no body: put what is in json into query/,
  ],
  ['no number', { json: { text: '{{text}}' } }, /\{\{to\}\} or \{\{digits\}\} is missing/],
  ['no text', { query: { to: '{{digits}}' } }, /\{\{text\}\} is missing/],
  ['another hole', { json: { ...JSON_BODY, from: '{{from}}' } }, /only to, digits and text are known/],
  [
    'a host that depends on the number',
    { url: 'https://{{digits}}.example/', json: JSON_BODY },
    /starts with http/,
  ],
  ['credentials in the address', { url: 'https://u:p@sms.example/', json: JSON_BODY }, /starts with http/],
  ['no address', { url: 'sms.example', json: JSON_BODY }, /starts with http/],
  ['an id that is no pointer', { json: JSON_BODY, id: 'id' }, /a JSON pointer/],
  ['a header that is none', { json: JSON_BODY, headers: { 'a b': 'c' } }, /./],
])('settings refuse %s', (_what, settings, message) => {
  const parsed = httpSender.schema.safeParse({ url: 'https://sms.example/send', ...settings });
  expect(parsed.error?.issues.map((issue) => issue.message).join('\n')).toMatch(message);
});
