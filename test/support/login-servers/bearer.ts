import { healthy, PASSWORD, USER, type LoginServer } from './login-server.ts';
import { serve, type Received, type Reply } from './server.ts';

/** An OAuth-like API: a token from each step is carried on in the next one's Authorization header. */
export async function startBearer(): Promise<LoginServer> {
  const manner = healthy();
  const sent: string[] = [];
  const sessions = new Set<string>();

  function token(form: URLSearchParams): Reply {
    if (manner.locked) return { status: 429, headers: { 'x-retry-in': '90' } };
    if (form.get('username') !== USER || form.get('password') !== PASSWORD) {
      return { status: 400, json: { error: 'invalid_grant' } };
    }
    if (manner.skipsSecondFactor) return { json: { access_token: 'full', scope: 'all' } };
    return { json: { access_token: 'a+b/1', scope: 'mfa', factors: [{ id: 'f/9', type: 'sms' }] } };
  }

  const server = await serve((request): Reply => {
    const { method, path, json } = request;
    if (method === 'POST' && path === '/token') return token(request.form);
    if (path === '/factors/f%2F9/challenge' && has(request, 'a+b/1')) {
      if (manner.cannotSend) return { status: 422, json: { message: 'undeliverable' } };
      sent.push('9K2-XQ4');
      return { status: 202, headers: { 'x-challenge': 'c-5' } };
    }
    if (method === 'PUT' && path === '/challenges/c-5' && has(request, 'a+b/1')) {
      if (json['code'] !== sent.at(-1)) return { status: 403, json: { valid: false, left: 2 } };
      sessions.add('full');
      return { json: { valid: true, access_token: 'full' } };
    }
    if (path === '/me' && sessions.has('full') && has(request, 'full')) {
      return { json: { name: USER, active: true } };
    }
    if (method === 'DELETE' && path === '/token' && has(request, 'full') && sessions.delete('full'))
      return {};
    return { status: 401 };
  });
  return { ...server, flow: FLOW, manner, sent, sessions };
}

const has = (request: Received, token: string): boolean =>
  request.headers.authorization === `Bearer ${token}`;

const FLOW = `
vars: { kind: sms }
steps:
  - stage: login
    post: /token
    form: { username: '{{username}}', password: '{{password}}', grant_type: password }
    retryAfter: header:X-Retry-In
    save: { token: json:/access_token, factor: json:/factors/0/id }
    when:
      - { json: { /scope: mfa, /factors/0/type: '{{kind}}' }, is: challenge }
      - { json: { /scope: all }, is: signed_in }
      - { status: 4xx, json: { /error: invalid_grant }, is: login_refused }
  - stage: request_code
    sends: true
    post: /factors/{{factor}}/challenge
    headers: { authorization: 'Bearer {{token}}' }
    save: { challenge: header:x-challenge }
    when:
      - { status: 202, is: next }
      - { status: 422, is: request_refused }
  - stage: verify
    put: /challenges/{{challenge}}
    headers: { authorization: 'Bearer {{token}}' }
    json: { code: '{{code}}' }
    save: { session: 'regex:"access_token":"([a-z]+)"' }
    when:
      - { json: { /valid: true }, is: next }
      - { status: 403, json: { /valid: false }, is: code_rejected }
  - stage: confirm
    get: /me
    headers: { authorization: 'Bearer {{session}}' }
    when: [ { json: { /name: '{{username}}', /active: true }, is: signed_in } ]
  - { stage: logout, delete: /token, headers: { authorization: 'Bearer {{session}}' } }
`;
