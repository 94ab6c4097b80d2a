import { fileURLToPath } from 'node:url';
import express, { Router, type Request, type RequestHandler } from 'express';
import type { Operations } from '../ports/operations.ts';
import { findAttempt } from './api-routes.ts';
import type { Auth } from './auth.ts';
import { attemptPage } from './pages/attempt-page.ts';
import { sendPage } from './pages/layout.ts';
import { probePage } from './pages/probe-page.ts';
import { statusPage } from './pages/status-page.ts';
import { targetPage } from './pages/target-page.ts';
import { pathPart } from './input.ts';
import { WebError, wantsPage } from './web-error.ts';

const ASSETS = fileURLToPath(new URL('./assets', import.meta.url));
/** Enough for the sentences; the pages show fewer. */
const RECENT_ATTEMPTS = 200;
const STATUS_CHANGES = 8;
const TARGET_CHANGES = 100;

interface PageOptions {
  readonly operations: Operations;
  readonly auth: Auth;
  /** Shown above everything else on the status page. */
  readonly notice?: string;
}

/** Pages for people; all of them work with JavaScript off. */
export function createPageRoutes({ operations, auth, notice }: PageOptions): Router {
  const router = Router();
  router.use('/assets', express.static(ASSETS, { index: false, redirect: false }));
  const readers = [loginFirst(auth), auth.require('reader')];

  router.get('/', ...readers, async (request, response) => {
    const [snapshot, attempts, changes] = await Promise.all([
      operations.snapshot(),
      operations.attempts({ limit: RECENT_ATTEMPTS }),
      operations.verdicts({ limit: STATUS_CHANGES }),
    ]);
    const view = { snapshot, attempts, changes, notice: notice ?? null, ...viewerOf(request) };
    sendPage(response, statusPage(view));
  });
  router.get('/targets/:name', ...readers, async (request, response) => {
    const name = pathPart(request.params['name']);
    const snapshot = await operations.snapshot();
    if (!snapshot.inventory.targets.some((target) => target.name === name)) {
      throw new WebError(404, 'there is no target with this name');
    }
    const [attempts, changes] = await Promise.all([
      operations.attempts({ limit: RECENT_ATTEMPTS }),
      operations.verdicts({ target: name, limit: TARGET_CHANGES }),
    ]);
    sendPage(response, targetPage({ snapshot, name, attempts, changes, ...viewerOf(request) }));
  });
  router.get('/attempts/:id', ...readers, async (request, response) => {
    const attempt = await findAttempt(operations, pathPart(request.params['id']));
    sendPage(response, attemptPage({ snapshot: await operations.snapshot(), attempt, ...viewerOf(request) }));
  });
  router.get('/probes/:name', ...readers, async (request, response) => {
    const snapshot = await operations.snapshot();
    const probe = snapshot.probes.find((entry) => entry.name === request.params['name']);
    if (!probe) throw new WebError(404, 'there is no probe with this name');
    const attempts = await operations.attempts({ probe: probe.name, limit: RECENT_ATTEMPTS });
    sendPage(response, probePage({ snapshot, probe, attempts, ...viewerOf(request) }));
  });
  return router;

  function viewerOf(request: Request) {
    const { role, via } = auth.viewer(request);
    return { mayAct: role === 'admin', mayLogOut: via === 'cookie' };
  }
}

/** A browser without a session is sent to the form, and back afterwards. */
function loginFirst(auth: Auth): RequestHandler {
  return (request, response, next) => {
    if (auth.viewer(request).role !== 'nobody' || !wantsPage(request)) next();
    else response.redirect(303, `/login?next=${encodeURIComponent(request.originalUrl)}`);
  };
}
