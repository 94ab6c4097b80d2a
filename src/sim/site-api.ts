import express, { type Response, type Router } from 'express';
import { z } from 'zod';
import type { LoginService } from './login-service.ts';
import type { SiteGuard } from './site-guard.ts';
import type { Session, Sessions } from './site-sessions.ts';

export interface SiteDeps {
  readonly service: LoginService;
  readonly sessions: Sessions;
  readonly guard: SiteGuard;
}

/** The site as a JSON API: 401 for who it does not know, 422 for a code that is not right. */
export function createSiteApi({ service, sessions, guard }: SiteDeps): Router {
  const router = express.Router();
  router.use(guard.note, guard.gate(refuseAll), express.json());

  router.post('/session', (request, response) => {
    const body = Credentials.safeParse(request.body);
    if (!body.success) return fail(response, 400, 'expected JSON with the texts "user" and "password"');
    const answer = service.signIn(body.data, guard.asked(request));
    if (answer.result === 'refused') return fail(response, 401, 'wrong user or password');
    sessions.begin(request, response, { state: answer.result, account: answer.account });
    if (answer.result === 'signed_in') return void response.json({ signedIn: true, user: answer.account });
    response.json({ challenge: 'second_factor', factors: factorsOf(service, answer.account) });
  });

  router.post('/session/2fa/sms', (request, response) => {
    const account = challenged(sessions.of(request));
    if (account === null) return fail(response, 401, 'sign in with a password first');
    const result = service.sendCode(account, guard.asked(request));
    if (result === 'no_phone') return fail(response, 422, 'this account has no phone');
    response.json({ sent: true });
  });

  router.post('/session/2fa', (request, response) => {
    const account = challenged(sessions.of(request));
    if (account === null) return fail(response, 401, 'sign in with a password first');
    const body = Code.safeParse(request.body);
    if (!body.success) return fail(response, 400, 'expected JSON with the text "code"');
    const result = service.checkCode(account, body.data.code, guard.asked(request));
    if (result !== 'accepted') return fail(response, 422, 'that code is not right');
    sessions.begin(request, response, { state: 'signed_in', account });
    response.json({ signedIn: true, user: account });
  });

  router.delete('/session', (request, response) => {
    const session = sessions.of(request);
    if (session?.account) service.signOut(session.account, guard.asked(request));
    sessions.end(request, response);
    response.status(204).end();
  });

  router.get('/me', (request, response) => {
    const session = sessions.of(request);
    if (session?.state !== 'signed_in') return fail(response, 401, 'not signed in');
    response.json({ name: session.account });
  });
  return router;
}

const Credentials = z.object({ user: z.string(), password: z.string() });
const Code = z.object({ code: z.string() });

const challenged = (session: Session | null): string | null =>
  session?.state === 'challenged' ? session.account : null;

const factorsOf = (service: LoginService, account: string): string[] => [
  ...(service.find(account)?.phone === null ? [] : ['sms']),
  'totp',
  'backup-code',
];

function fail(response: Response, status: number, error: string): void {
  response.status(status).json({ error });
}

const refuseAll = (response: Response, status: 503 | 429): void =>
  fail(response, status, status === 503 ? 'the service is down' : 'too many requests');
