import { healthy, PASSWORD, USER, type LoginServer } from './login-server.ts';
import { serve, type Received, type Reply } from './server.ts';

/** Classic HTML forms: a CSRF token, a redirect after each post, a device to pick, 200 on a wrong code. */
export async function startHtmlForms(): Promise<LoginServer> {
  const manner = healthy();
  const sent: string[] = [];
  const sessions = new Set<string>();
  const csrf = 'csrf-71';
  const form = (action: string, fields: string): string =>
    `<form id="main" method="post" action="${action}">
       <input type=hidden name=csrf value="${csrf}">${fields}<button>Go</button></form>`;
  const loginForm = (error = ''): Reply =>
    page(`${error}${form('/login', '<input name=user><input name=pass type=password>')}`);
  const devices = `<select name=device><option value=d1>Authenticator app</option>
    <option value=d2>Text message to •••11</option></select>`;
  const codePage = (error = ''): Reply =>
    page(`${error}<p>Code sent</p>${form('/code', '<input name=otp>')}`);

  function post({ path, form: fields, cookies }: Received): Reply {
    if (fields.get('csrf') !== csrf || cookies['visit'] !== '1') return { status: 403, text: 'forged' };
    if (path === '/login') {
      if (manner.locked) return loginForm('<p class=error>Account locked, too many tries</p>');
      if (fields.get('user') !== USER || fields.get('pass') !== PASSWORD) {
        return loginForm('<p class=error>Wrong name or password</p>');
      }
      return manner.skipsSecondFactor ? to('/home', 'sid=s1') : to('/second-factor', 'half=1');
    }
    if (path === '/second-factor') {
      if (fields.get('device') !== 'd2') return page('<p class=error>Pick your phone</p>');
      if (manner.cannotSend) return page('<p class=error>We could not text you</p>');
      sent.push('306114');
      return to('/code');
    }
    if (path !== '/code' || cookies['half'] !== '1') return { status: 404 };
    if (fields.get('otp') !== sent.at(-1)) return codePage('<p class=error>That code is wrong</p>');
    sessions.add('s1');
    return to('/home', 'sid=s1');
  }

  const server = await serve((request) => {
    if (request.path === '/logout')
      return sessions.delete(request.cookies['sid'] ?? '') ? to('/login') : to('/home');
    if (request.method === 'POST') return post(request);
    if (request.path === '/login') return { ...loginForm(), headers: { 'set-cookie': 'visit=1; Path=/' } };
    if (request.path === '/second-factor') return page(form('/second-factor', devices));
    if (request.path === '/code') return codePage();
    if (request.path === '/home' && request.cookies['sid'] === 's1') return page('<h1 class=home>Hello</h1>');
    return { status: 404 };
  });
  return { ...server, flow: FLOW, manner, sent, sessions };
}

const to = (location: string, cookie?: string): Reply => ({
  status: 302,
  headers: { location, ...(cookie !== undefined && { 'set-cookie': cookie }) },
});

const page = (body: string): Reply => ({
  html: `<!doctype html><title>Acme</title><script>"locked"</script><body>${body}</body>`,
});

const FLOW = `
steps:
  - { stage: login, get: /login }
  - stage: login
    submit: form#main
    fields: { user: '{{username}}', pass: '{{password}}' }
    when:
      - { path: /second-factor, is: challenge }
      - { path: /home, has: h1.home, is: signed_in }
      - { has: .error, text: '/locked|too many/i', is: rate_limited }
      - { has: .error, is: login_refused }
  - stage: request_code
    sends: true
    submit: form
    pick: { device: '/^text message/i' }
    when:
      - { path: /code, text: sent, is: next }
      - { has: .error, is: request_refused }
  - stage: verify
    submit: form
    fields: { otp: '{{code}}' }
    when:
      - { first: { status: 302, header: { location: '/home$/' } }, is: next }
      - { has: .error, is: code_rejected }
  - { stage: confirm, get: /home, when: [ { has: h1.home, is: signed_in } ] }
  - { stage: logout, post: /logout, when: [ { path: /login, is: next } ] }
`;
