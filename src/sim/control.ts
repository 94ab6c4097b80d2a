import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express';
import { z } from 'zod';
import type { Clock } from '../ports/clock.ts';
import { controlPage } from './control-page.ts';
import { ScenarioError, scenarioHelp, type Scenarios } from './scenarios.ts';
import type { Truth } from './truth.ts';
import type { World } from './world.ts';

export interface ControlDeps {
  readonly clock: Clock;
  readonly world: World;
  readonly scenarios: Scenarios;
  readonly truth: Truth;
}

/** The page and the switches. Open to whoever reaches the port, but not to other sites' pages. */
export function createControl({ clock, world, scenarios, truth }: ControlDeps): Router {
  const router = express.Router();
  const view = (error?: string): string =>
    controlPage({
      world,
      active: scenarios.list(),
      sends: truth.sends(),
      nowMs: clock.monotonicMs(),
      ...(error === undefined ? {} : { error }),
    });
  const state = () => ({
    active: scenarios.list().map(({ name, args }) => ({ name, ...args })),
    known: scenarioHelp(),
  });

  router.get('/', (_request, response) => void response.send(view()));
  router.get('/sim/style.css', (_request, response) => void response.type('css').send(STYLE));
  router.use('/sim', sameOrigin, express.json(), express.urlencoded({ extended: false }));
  router.get('/sim/scenarios', (_request, response) => void response.json(state()));
  router.post('/sim/scenarios', (request, response) => {
    const form = FormBody.safeParse(request.body);
    if (form.success) {
      scenarios.set(form.data.scenario);
      return response.redirect(303, '/');
    }
    const json = JsonBody.safeParse(request.body);
    if (!json.success) throw new ScenarioError('expected JSON with the text "name" and its arguments');
    const { name, ...args } = json.data;
    scenarios.set({ name, args });
    response.json(state());
  });
  router.delete(['/sim/scenarios', '/sim/scenarios/:name'], (request, response) => {
    scenarios.clear(z.string().optional().parse(request.params['name']));
    response.json(state());
  });
  router.get('/sim/truth', (_request, response) => void response.json(withoutCodes(truth)));

  const onError: ErrorRequestHandler = (error, request, response, next) => {
    if (!(error instanceof ScenarioError)) return next(error);
    response.status(422);
    if (request.is('json')) return void response.json({ error: error.message });
    response.send(view(error.message));
  };
  router.use(onError);
  return router;
}

const FormBody = z.object({ scenario: z.string() });
const JsonBody = z.looseObject({ name: z.string() });

/** A page of another site can send forms to a local port; browsers say so in `Origin`. */
const sameOrigin: RequestHandler = (request, response, next) => {
  const origin = request.get('origin');
  const own = origin === undefined || origin === `${request.protocol}://${request.get('host') ?? ''}`;
  if (own || request.method === 'GET') return next();
  response.status(403).json({ error: `requests from pages of ${origin} are not taken` });
};

/** Texts and codes stay in the process. */
const withoutCodes = (truth: Truth) => ({
  sends: truth.sends().map(({ code: _code, message, ...send }) => ({
    ...send,
    deliveries: message?.deliveries ?? [],
  })),
  verifies: truth.verifies().map(({ send, ...verify }) => ({
    ...verify,
    sentToAttempt: send?.attempt ?? null,
    sentToAccount: send?.account ?? null,
  })),
  logins: truth.logins(),
  switches: truth.switches(),
});

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 56rem; padding: 0 1rem; }
table { border-collapse: collapse; }
td, th { padding: .25rem 1rem .25rem 0; text-align: left; vertical-align: top; }
label { display: block; margin: .5rem 0; }
strong + strong { margin-left: .5rem; }
.error { border-left: .25rem solid #c00; padding-left: .5rem; }
`;
