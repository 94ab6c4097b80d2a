import { healthy, PASSWORD, USER, type LoginServer } from './login-server.ts';
import { serve, type Received, type Reply } from './server.ts';

/**
 * A JSON API with one endpoint: the challenge is a 401 with a code in the body, the message goes out with it,
 * and the password is wanted again together with the code.
 */
export async function startJsonApi(): Promise<LoginServer> {
  const manner = healthy();
  const sent: string[] = [];
  const sessions = new Set<string>();

  function login({ json }: Received): Reply {
    if (manner.locked) return refuse(423, 'account_locked');
    if (json['user'] !== USER || json['password'] !== PASSWORD) return refuse(401, 'bad_credentials');
    const token = `session-${sessions.size}`;
    const accept = (): Reply => {
      sessions.add(token);
      return { json: { token, user: { name: USER } }, headers: { 'set-cookie': `sid=${token}; HttpOnly` } };
    };
    if (manner.skipsSecondFactor) return accept();
    if (json['otp'] === undefined) {
      if (manner.cannotSend) return refuse(502, 'sms_failed');
      sent.push('482913');
      return refuse(401, 'otp_required');
    }
    return json['otp'] === sent.at(-1) ? accept() : refuse(401, 'otp_invalid');
  }

  const server = await serve((request) => {
    if (request.path === '/api/login') return login(request);
    if (request.path === '/api/logout' && sessions.delete(request.cookies['sid'] ?? ''))
      return { status: 204 };
    return refuse(404, 'not_found');
  });
  return { ...server, flow: FLOW, manner, sent, sessions };
}

const refuse = (status: number, code: string): Reply => ({ status, json: { error: { code } } });

const FLOW = `
steps:
  - stage: login
    post: /api/login
    json: { user: '{{username}}', password: '{{password}}' }
    sends: true
    when:
      - { status: 401, json: { /error/code: otp_required }, is: challenge }
      - { status: 401, json: { /error/code: bad_credentials }, is: login_refused }
      - { status: 423, is: rate_limited }
      - { status: 502, json: { /error/code: sms_failed }, is: request_refused }
      - { json: { /token: '/./' }, is: signed_in }
  - stage: verify
    post: /api/login
    json: { user: '{{username}}', password: '{{password}}', otp: '{{code}}' }
    when:
      - { json: { /token: '/./' }, is: signed_in }
      - { status: 401, json: { /error/code: otp_invalid }, is: code_rejected }
  - { stage: logout, post: /api/logout }
`;
