import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { codePage, devicePage, errorPage, loginPage } from './site-html.ts';
import type { SiteDeps } from './site-api.ts';
import type { Session } from './site-sessions.ts';

export interface SitePagesDeps extends SiteDeps {
  /** An account's number as it may be shown; null without a phone. */
  readonly numberOf: (account: string | null) => string | null;
}

/** The site as people see it: forms with a token, a device to choose, 200 with an error text when refused. */
export function createSitePages(deps: SitePagesDeps): Router {
  const { sessions, guard, service } = deps;
  const router = express.Router();
  router.use(PATHS, guard.note, guard.gate(refuseAll), express.urlencoded({ extended: false }));
  addLogin(router, deps);
  addSecondFactor(router, deps);

  router.get('/me', (request, response) => {
    const session = sessions.of(request);
    if (session?.state === 'signed_in') response.json({ name: session.account });
    else response.redirect('/login');
  });
  router.post('/logout', (request, response) => {
    const session = sessions.of(request);
    if (session?.account) service.signOut(session.account, guard.asked(request));
    sessions.end(request, response);
    response.redirect('/login');
  });
  return router;
}

const PATHS = ['/login', '/second-factor', '/me', '/logout'];

function addLogin(router: Router, { service, sessions, guard }: SitePagesDeps): void {
  const read = readForm(z.object({ user: z.string(), pass: z.string() }), 'visitor', sessions.of);

  router.get('/login', (request, response) => {
    const { csrf } = sessions.begin(request, response, { state: 'visitor', account: null });
    response.send(loginPage({ csrf }));
  });
  router.post('/login', (request, response) => {
    const form = read(request, response);
    if (!form) return;
    const answer = service.signIn({ user: form.user, password: form.pass }, guard.asked(request));
    if (answer.result === 'refused') {
      response.send(loginPage({ csrf: form.session.csrf, error: 'Wrong user or password.' }));
      return;
    }
    sessions.begin(request, response, { state: answer.result, account: answer.account });
    response.redirect(answer.result === 'challenged' ? '/second-factor' : '/me');
  });
}

function addSecondFactor(router: Router, { service, sessions, guard, numberOf }: SitePagesDeps): void {
  const readDevice = readForm(z.object({ device: z.string() }), 'challenged', sessions.of);
  const readCode = readForm(z.object({ otp: z.string() }), 'challenged', sessions.of);

  router.get('/second-factor', (request, response) => {
    const session = sessions.of(request);
    if (session?.state !== 'challenged') return response.redirect('/login');
    response.send(devicePage({ csrf: session.csrf, number: numberOf(session.account) }));
  });
  router.post('/second-factor/device', (request, response) => {
    const form = readDevice(request, response);
    if (!form) return;
    const { csrf, account } = form.session;
    const number = numberOf(account);
    const sent = form.device === 'sms:1' && service.sendCode(account ?? '', guard.asked(request)) === 'sent';
    if (sent && number !== null) response.send(codePage({ csrf, number }));
    else response.send(devicePage({ csrf, number, error: 'No code can be sent to that device.' }));
  });
  router.post('/second-factor', (request, response) => {
    const form = readCode(request, response);
    if (!form) return;
    const { csrf, account } = form.session;
    if (service.checkCode(account ?? '', form.otp, guard.asked(request)) === 'accepted') {
      sessions.begin(request, response, { state: 'signed_in', account });
      response.redirect('/me');
    } else {
      response.send(devicePage({ csrf, number: numberOf(account), error: 'That code is not right.' }));
    }
  });
}

const Token = z.object({ csrf: z.string() });

/** Reads a form that belongs to the session; answers by itself, and gives null, when it does not. */
function readForm<Fields>(
  fields: z.ZodType<Fields>,
  state: Session['state'],
  sessionOf: (request: Request) => Session | null,
) {
  return (request: Request, response: Response): (Fields & { readonly session: Session }) | null => {
    const session = sessionOf(request);
    if (session?.state !== state) {
      response.redirect('/login');
      return null;
    }
    const token = Token.safeParse(request.body);
    const form = fields.safeParse(request.body);
    if (token.success && token.data.csrf === session.csrf && form.success) return { ...form.data, session };
    response.status(403).send(errorPage('This form is not valid any more. Start again at the sign-in page.'));
    return null;
  };
}

const refuseAll = (response: Response, status: 503 | 429): void => {
  const text = status === 503 ? 'Acme is down. We are sorry.' : 'Too many attempts. Come back later.';
  response.status(status).send(errorPage(text));
};
