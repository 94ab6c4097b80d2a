import { Router, type Request } from 'express';
import { z } from 'zod';
import type { Auth } from './auth.ts';
import { SESSION_COOKIE } from './identify.ts';
import { checkInput } from './input.ts';
import { sendPage } from './pages/layout.ts';
import { loginPage } from './pages/login-page.ts';
import { SESSION_MS } from './sessions.ts';

const LOGIN = z.strictObject({ token: z.string().max(1000), next: z.string().max(500).default('/') });

/** Browsers exchange a token for a cookie here. */
export function createLoginRoutes(auth: Auth): Router {
  const router = Router();
  router.get('/login', (request, response) => {
    const { next } = request.query;
    sendPage(response, loginPage({ next: ownPath(next), wrong: false }));
  });
  router.post('/login', (request, response) => {
    const { token, next } = checkInput(LOGIN, request.body ?? {});
    const session = auth.login(request, token.trim());
    if (session === null) {
      response.status(401);
      sendPage(response, loginPage({ next: ownPath(next), wrong: true }));
      return;
    }
    response.cookie(SESSION_COOKIE, session, { ...cookieOptions(request), maxAge: SESSION_MS });
    response.redirect(303, ownPath(next));
  });
  router.post('/logout', (request, response) => {
    auth.logout(request);
    response.clearCookie(SESSION_COOKIE, cookieOptions(request)).redirect(303, '/login');
  });
  return router;
}

/** The header is the client's word, and makes only the client's own cookie stricter. */
const cookieOptions = (request: Request) => ({
  httpOnly: true,
  sameSite: 'strict' as const,
  secure: request.secure || request.get('x-forwarded-proto') === 'https',
  path: '/',
});

/** A path of ours: anything that a browser could take for another site becomes the start page. */
const ownPath = (next: unknown): string =>
  typeof next === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) ? next : '/';
