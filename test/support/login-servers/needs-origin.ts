import { healthy, PASSWORD, USER, type LoginServer } from './login-server.ts';
import { serve, type Received, type Reply } from './server.ts';

/** An API that takes posts from its own pages alone: an Origin header, and a cookie's token in a header. */
export async function startNeedsOrigin(): Promise<LoginServer> {
  const manner = healthy();
  const sent: string[] = [];
  const sessions = new Set<string>();

  function answer({ path, json, headers, cookies }: Received): Reply {
    if (headers.origin !== `http://${headers.host}`)
      return { status: 403, json: { message: 'Invalid origin' } };
    if (path === '/sign-in') {
      if (manner.locked) return { status: 403, json: { message: 'Please solve the CAPTCHA' } };
      if (json['email'] !== `${USER}@acme.test` || json['password'] !== PASSWORD) {
        return { status: 401, json: { message: 'Invalid email or password' } };
      }
      const twoFactorRedirect = !manner.skipsSecondFactor;
      return {
        json: { twoFactorRedirect },
        headers: { 'set-cookie': ['xsrf=x1; Path=/', 'half=1; HttpOnly'] },
      };
    }
    if (headers['x-xsrf'] !== 'x1' || cookies['half'] !== '1') return { status: 401 };
    if (path === '/two-factor/send') {
      if (manner.cannotSend) return { status: 400, json: { status: false } };
      sent.push('551204');
      return { json: { status: true } };
    }
    if (path === '/two-factor/verify') {
      if (json['code'] !== sent.at(-1)) return { status: 401, json: { message: 'Invalid code' } };
      sessions.add('s1');
      return { json: { user: { id: 1 } }, headers: { 'set-cookie': 'session=s1; Path=/; HttpOnly' } };
    }
    if (path === '/sign-out' && sessions.delete(cookies['session'] ?? '')) return { json: { success: true } };
    return { status: 404 };
  }

  const server = await serve(answer);
  return { ...server, flow: flowOf(server.url), manner, sent, sessions };
}

const flowOf = (url: string): string => `
vars: { origin: '${url}' }
steps:
  - stage: login
    post: /sign-in
    headers: { origin: '{{origin}}' }
    json: { email: '{{mail}}', password: '{{password}}' }
    when:
      - { status: 403, json: { /message: /captcha/i }, is: rate_limited }
      - { status: 401, is: login_refused }
      - { json: { /twoFactorRedirect: true }, cookie: half, is: challenge }
      - { json: { /twoFactorRedirect: false }, is: signed_in }
    save: { xsrf: cookie:xsrf }
  - stage: request_code
    sends: true
    post: /two-factor/send
    headers: &own { origin: '{{origin}}', x-xsrf: '{{xsrf}}' }
    when:
      - { json: { /status: true }, is: next }
      - { status: 400, json: { /status: false }, is: request_refused }
  - stage: verify
    post: /two-factor/verify
    headers: *own
    json: { code: '{{code}}' }
    when:
      - { cookie: { session: /^s/ }, is: signed_in }
      - { status: 401, is: code_rejected }
  - { stage: logout, post: /sign-out, headers: *own }
`;
