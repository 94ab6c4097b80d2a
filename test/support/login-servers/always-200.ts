import type { Clock } from '../../../src/ports/clock.ts';
import { healthy, PASSWORD, USER, type LoginServer } from './login-server.ts';
import { serve, type Received, type Reply } from './server.ts';

/** What a wrong code costs here, in milliseconds. */
export const REFUSAL_MS = 5000;

/** A page that answers 200 to everything, in words alone, and takes 5 s to refuse a code. */
export async function startAlways200(clock: Clock): Promise<LoginServer> {
  const manner = healthy();
  const sent: string[] = [];
  const sessions = new Set<string>();

  function login(form: URLSearchParams): Reply {
    if (manner.locked) return say('Zu viele Versuche');
    if (form.get('name') !== USER || form.get('pw') !== PASSWORD) return say('Anmeldung fehlgeschlagen');
    if (manner.skipsSecondFactor) return say('Willkommen');
    return say('Bitte best&auml;tigen Sie sich');
  }

  async function answer({ path, form }: Received): Promise<Reply> {
    switch (path) {
      case '/login':
        return login(form);
      case '/send':
        if (manner.cannotSend) return say('Versand nicht m&ouml;glich');
        sent.push('0047');
        return say('Code ist unterwegs');
      case '/check':
        if (form.get('code') === sent.at(-1)) {
          sessions.add(USER);
          return say('Willkommen');
        }
        await clock.sleep(REFUSAL_MS);
        return say('Code falsch');
      case '/bye':
        sessions.clear();
        return say('Bis bald');
      default:
        return say('Seite nicht gefunden');
    }
  }

  const server = await serve(answer);
  return { ...server, flow: FLOW, manner, sent, sessions };
}

const say = (words: string): Reply => ({ html: `<body><b>${words}</b></body>` });

const FLOW = `
steps:
  - stage: login
    post: /login
    form: { name: '{{username}}', pw: '{{password}}' }
    when:
      - { text: bestätigen, is: challenge }
      - { text: Willkommen, is: signed_in }
      - { text: Zu viele, is: rate_limited }
      - { text: fehlgeschlagen, is: login_refused }
  - stage: request_code
    sends: true
    post: /send
    when:
      - { text: unterwegs, is: next }
      - { text: nicht möglich, is: request_refused }
  - stage: verify
    post: /check
    form: { code: '{{code}}' }
    when:
      - { text: Willkommen, is: signed_in }
      - { text: falsch, is: code_rejected }
  - { stage: logout, post: /bye, when: [ { text: Bis bald, is: next } ] }
`;
