import { Router, type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import type { DemoControls } from '../ports/demo-controls.ts';
import type { Operations } from '../ports/operations.ts';
import { findAttempt } from './api-routes.ts';
import { createAssetRoutes } from './asset-routes.ts';
import type { Auth } from './auth.ts';
import { createDemoRoutes } from './demo-routes.ts';
import { attemptPage } from './pages/attempt-page.ts';
import { demoSection } from './pages/demo-section.ts';
import { sendPage, type Viewer } from './pages/layout.ts';
import { probePage } from './pages/probe-page.ts';
import { probesPage } from './pages/probes-page.ts';
import { statusPage } from './pages/status-page.ts';
import { targetPage } from './pages/target-page.ts';
import { checkInput, count, pathPart } from './input.ts';
import { html } from './html.ts';
import { WebError, wantsPage } from './web-error.ts';

const STATUS_ATTEMPTS = 25;
const PROBE_ATTEMPTS = 100;
const STATUS_CHANGES = 8;
const TARGET_CHANGES = 100;

interface PageOptions {
  readonly operations: Operations;
  readonly auth: Auth;
  /** Shown above everything else on the status page. */
  readonly notice?: string;
  /** The switches of a simulated world; absent where the world is real. */
  readonly demo?: DemoControls;
}

const PROBES_QUERY = z.strictObject({ find: z.string().max(100).default(''), page: count(1000, 1) });

/** Pages for people; all of them work with JavaScript off. */
export function createPageRoutes({ operations, auth, notice, demo }: PageOptions): Router {
  const router = Router();
  router.use('/assets', createAssetRoutes());
  if (demo) router.use(createDemoRoutes(demo, auth));
  const readers = [loginFirst(auth), auth.require('reader')];

  router.get('/', ...readers, async (request, response) => {
    const [snapshot, marks, attempts, changes] = await Promise.all([
      operations.snapshot(),
      operations.marks(),
      operations.attempts({ limit: STATUS_ATTEMPTS }),
      operations.verdicts({ limit: STATUS_CHANGES }),
    ]);
    const viewer = viewerOf(request);
    const told = demo
      ? demoSection(demo, notice ?? '', viewer.mayAct)
      : notice !== undefined && html`<p class="hint">${notice}</p>`;
    sendPage(response, statusPage({ snapshot, marks, attempts, changes, notice: told, viewer }));
  });
  router.get('/targets/:name', ...readers, async (request, response) => {
    const name = pathPart(request.params['name']);
    const [snapshot, marks] = await Promise.all([operations.snapshot(), operations.marks()]);
    if (!snapshot.inventory.targets.some((target) => target.name === name)) {
      throw new WebError(404, 'there is no target with this name');
    }
    const changes = await operations.verdicts({ target: name, limit: TARGET_CHANGES });
    sendPage(response, targetPage({ snapshot, marks, name, changes, viewer: viewerOf(request) }));
  });
  addAttempts(router, { operations, readers, viewerOf });
  router.get('/probes', ...readers, async (request, response) => {
    const { find, page } = checkInput(PROBES_QUERY, request.query);
    const snapshot = await operations.snapshot();
    sendPage(response, probesPage({ snapshot, find, number: page, viewer: viewerOf(request) }));
  });
  router.get('/probes/:name', ...readers, async (request, response) => {
    const [snapshot, marks] = await Promise.all([operations.snapshot(), operations.marks()]);
    const probe = snapshot.probes.find((entry) => entry.name === request.params['name']);
    if (!probe) throw new WebError(404, 'there is no probe with this name');
    const attempts = await operations.attempts({ probe: probe.name, limit: PROBE_ATTEMPTS });
    sendPage(response, probePage({ snapshot, marks, probe, attempts, viewer: viewerOf(request) }));
  });
  return router;

  function viewerOf(request: Request): Viewer {
    const { role, via } = auth.viewer(request);
    const mayAct = role === 'admin';
    const login = mayAct || !auth.hasAdminToken() ? null : loginTo(request);
    return { mayAct, mayLogOut: via === 'cookie', login };
  }
}

interface Shared {
  readonly operations: Operations;
  readonly readers: readonly RequestHandler[];
  readonly viewerOf: (request: Request) => Viewer;
}

function addAttempts(router: Router, { operations, readers, viewerOf }: Shared): void {
  router.get('/attempts/:id', ...readers, async (request, response) => {
    const attempt = await findAttempt(operations, pathPart(request.params['id']));
    const [snapshot, picture, receipts] = await Promise.all([
      operations.snapshot(),
      operations.screenshot(attempt.id),
      operations.receipts(attempt.id),
    ]);
    const hasPicture = picture !== null;
    sendPage(response, attemptPage({ snapshot, attempt, receipts, hasPicture, viewer: viewerOf(request) }));
  });
  router.get('/attempts/:id/screenshot.png', ...readers, async (request, response) => {
    const { id } = await findAttempt(operations, pathPart(request.params['id']));
    const picture = await operations.screenshot(id);
    if (!picture) throw new WebError(404, 'there is no screenshot of this attempt');
    response.set('Cache-Control', 'private, max-age=3600').type('png').send(Buffer.from(picture));
  });
}

/** A browser without a session is sent to the form, and back afterwards; where there are users, it asks by itself. */
function loginFirst(auth: Auth): RequestHandler {
  return (request, response, next) => {
    if (auth.viewer(request).role !== 'nobody' || auth.asksForUsers() || !wantsPage(request)) next();
    else response.redirect(303, loginTo(request));
  };
}

/** The form, and back to what is looked at. */
const loginTo = ({ originalUrl }: Request): string => `/login?next=${encodeURIComponent(originalUrl)}`;
