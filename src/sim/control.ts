import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express';
import { z } from 'zod';
import type { Clock } from '../ports/clock.ts';
import { controlPage } from './control-page.ts';
import { ScenarioError, scenarioHelp, type Scenarios } from './scenarios.ts';
import type { Truth } from './truth.ts';
import type { Handover, World } from './world.ts';

export interface ControlDeps {
  readonly clock: Clock;
  readonly world: World;
  readonly scenarios: Scenarios;
  readonly truth: Truth;
  readonly connect: (phone: string, handover: Handover) => void;
}

/** What a caller asked for does not exist or cannot be read. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}

/** The page and the switches. Open to whoever reaches the port, but not to other sites' pages. */
export function createControl(deps: ControlDeps): Router {
  const { clock, world, scenarios, truth } = deps;
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
    if (!json.success) throw new ControlError('expected JSON with the text "name" and its arguments');
    const { name, ...args } = json.data;
    scenarios.set({ name, args });
    response.json(state());
  });
  router.delete(['/sim/scenarios', '/sim/scenarios/:name'], (request, response) => {
    scenarios.clear(z.string().optional().parse(request.params['name']));
    response.json(state());
  });
  addPhones(router, deps);
  router.get('/sim/truth', (_request, response) => void response.json(withoutCodes(truth)));

  const onError: ErrorRequestHandler = (error, request, response, next) => {
    if (!(error instanceof ScenarioError || error instanceof ControlError)) return next(error);
    response.status(422);
    if (request.is('json')) return void response.json({ error: error.message });
    response.send(view(error.message));
  };
  router.use(onError);
  return router;
}

const FormBody = z.object({ scenario: z.string() });
const JsonBody = z.looseObject({ name: z.string() });

/** Where each phone's messages go; secrets are not shown. */
function addPhones(router: Router, { world, connect }: ControlDeps): void {
  const shown = () =>
    world.phones.map(({ name, number, carrier, handover }) => ({
      name,
      number,
      carrier,
      manner: handover.manner,
      url: handover.manner === 'twilio' ? handover.smsUrl : handover.url,
    }));
  router.get('/sim/phones', (_request, response) => void response.json(shown()));
  router.put('/sim/phones/:phone', (request, response) => {
    const body = HandoverBody.safeParse(request.body);
    if (!body.success) throw new ControlError(EXPECTED_HANDOVER);
    connect(request.params.phone, body.data);
    response.json(shown());
  });
}

const HandoverBody = z.discriminatedUnion('manner', [
  z.strictObject({ manner: z.literal('twilio'), smsUrl: z.url().nullable() }),
  z.strictObject({ manner: z.literal('webhook'), url: z.url(), secret: z.string().min(1) }),
]);
const EXPECTED_HANDOVER =
  'expected JSON: {"manner":"twilio","smsUrl":URL or null} or {"manner":"webhook","url":URL,"secret":TEXT}';

/** A page of another site can send forms to a local port; browsers say so in `Origin`. */
const sameOrigin: RequestHandler = (request, response, next) => {
  const origin = request.get('origin');
  const own = origin === undefined || origin === `${request.protocol}://${request.get('host') ?? ''}`;
  if (own || request.method === 'GET') return next();
  response.status(403).json({ error: `requests from pages of ${origin} are not taken` });
};

const newest = <Entry>(entries: readonly Entry[]): readonly Entry[] => entries.slice(-1000);

/** Texts and codes stay in the process. */
const withoutCodes = (truth: Truth) => ({
  sends: newest(truth.sends()).map(({ code: _code, message, ...send }) => ({
    ...send,
    deliveries: message?.deliveries ?? [],
  })),
  verifies: newest(truth.verifies()).map(({ send, ...verify }) => ({
    ...verify,
    sentToAttempt: send?.attempt ?? null,
    sentToAccount: send?.account ?? null,
  })),
  logins: newest(truth.logins()),
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
