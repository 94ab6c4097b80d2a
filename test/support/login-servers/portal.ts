import { healthy, PASSWORD, USER, type LoginServer } from './login-server.ts';
import { serve, type Received, type Reply } from './server.ts';

/**
 * A portal in tables that renews a hidden token on every page, takes each token once and checks the Referer; one address
 * for everything, a hidden field says which page is meant.
 */
export async function startPortal(): Promise<LoginServer> {
  const manner = healthy();
  const sent: string[] = [];
  const sessions = new Set<string>();
  let serial = 0;
  let user: string | null = null;

  const page = (step: string, rows: string, note = ''): Reply => {
    serial += 1;
    return {
      html: `<html><head><base href="/portal/"></head><body><div class=note>${note}</div>
        <table><form name=f method=POST action="do?lang=en"><tr><td>
        <input type="hidden" name="VIEWSTATE" value="t${serial}&amp;${step}"><input type=hidden name=page value=${step}>
        ${rows}<input type=submit name=go value=OK></td></tr></form></table></body></html>`,
    };
  };
  const loginPage = (note = ''): Reply => page('login', '<input name=u><input name=p type=password>', note);
  const choicePage = (note = ''): Reply =>
    page(
      'choice',
      `<label><input type=radio name=way value=1> Authenticator</label>
       <label for=r2>SMS to your phone</label><input id=r2 type=radio name=way value=2>`,
      note,
    );
  const codePage = (note: string): Reply => page('code', '<input name=c>', note);

  function post({ form, headers, query, path }: Received, url: string): Reply {
    if (path !== '/portal/do' || query.get('lang') !== 'en') return { status: 404 };
    if (form.get('VIEWSTATE') !== `t${serial}&${form.get('page')}` || form.get('go') !== 'OK') {
      return page('stale', '', 'This page has expired');
    }
    if (!headers.referer?.startsWith(`${url}/portal/`)) return { status: 403 };
    switch (form.get('page') ?? '') {
      case 'login':
        if (manner.locked) return loginPage('Your account is blocked');
        if (form.get('u') !== USER || form.get('p') !== PASSWORD) return loginPage('Login failed');
        user = USER;
        return manner.skipsSecondFactor ? page('menu', '', 'Welcome') : choicePage();
      case 'choice':
        if (form.get('way') !== '2') return choicePage('Choose');
        if (manner.cannotSend) return choicePage('The message could not be sent');
        sent.push('77-1042');
        return codePage('Enter the code');
      case 'code':
        if (form.get('c') !== sent.at(-1) || user === null) return codePage('Wrong code');
        sessions.add(user);
        return page('menu', '', 'Welcome');
      case 'menu':
        sessions.clear();
        return loginPage('Goodbye');
      default:
        return { status: 404 };
    }
  }

  const server = await serve((request) =>
    request.method === 'POST' ? post(request, `http://${request.headers.host}`) : loginPage(),
  );
  return { ...server, flow: FLOW, manner, sent, sessions };
}

const FLOW = `
steps:
  - { stage: login, get: /portal/start }
  - stage: login
    submit: 'form[name=f]'
    fields: { u: '{{username}}', p: '{{password}}', go: OK }
    when:
      - { has: 'input[value=choice]', is: challenge }
      - { text: Welcome, is: signed_in }
      - { text: blocked, is: rate_limited }
      - { text: Login failed, is: login_refused }
  - stage: request_code
    sends: true
    submit: form
    pick: { way: ^SMS }
    fields: { go: OK }
    when:
      - { has: 'input[value=code]', is: next }
      - { text: could not be sent, is: request_refused }
  - stage: verify
    submit: form
    fields: { c: '{{code}}', go: OK }
    when:
      - { text: Welcome, notText: '/wrong|expired/i', is: signed_in }
      - { text: Wrong code, is: code_rejected }
  - { stage: logout, submit: form, fields: { go: OK }, when: [ { text: Goodbye, is: next } ] }
`;
