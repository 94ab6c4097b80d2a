import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import type { ActAnswer, Command, Operations } from '../ports/operations.ts';
import { duration } from '../ports/settings.ts';
import type { Auth } from './auth.ts';
import { checkInput, pathPart } from './input.ts';
import { allowOnly, WebError, wantsPage } from './web-error.ts';

/** What may be done to a probe, by the last part of the path. */
const ACTIONS: Readonly<Record<string, (probe: string, body: unknown) => Command>> = {
  run: (probe) => ({ kind: 'run', probe }),
  pause: (probe) => ({ kind: 'pause', probe }),
  resume: (probe) => ({ kind: 'resume', probe }),
  maintenance: (probe, body) => {
    const { duration: durationMs } = checkInput(MAINTENANCE, body ?? {});
    return { kind: 'maintenance', probe, durationMs };
  },
};

const MAINTENANCE = z.strictObject({ duration: duration() });

export function createActionRoutes({ operations, auth }: { operations: Operations; auth: Auth }): Router {
  const router = Router();
  router.post('/probes/:name/:action', auth.require('admin'), async (request, response) => {
    const name = pathPart(request.params['name']);
    const action = pathPart(request.params['action']);
    const command = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (!command) {
      const expected = Object.keys(ACTIONS).join(', ');
      throw new WebError(404, `a probe has no action "${action.slice(0, 50)}"`, { expected });
    }
    answerAct(request, response, await operations.act(command(name, request.body)));
  });
  router.all('/probes/:name/:action', allowOnly('POST'));
  return router;
}

/** Programs get the message; a browser that posted a form goes back to the page. */
export function answerAct(request: Request, response: Response, answer: ActAnswer): void {
  if (!answer.done) throw new WebError(answer.status, answer.message);
  if (wantsPage(request)) response.redirect(303, cameFrom(request));
  else response.json({ message: answer.message });
}

/** The page of ours that the form stood on. */
function cameFrom(request: Request): string {
  const referrer = request.get('referer') ?? '';
  if (!URL.canParse(referrer)) return '/';
  const { host, pathname, search } = new URL(referrer);
  return host === request.get('host') && !pathname.startsWith('//') ? `${pathname}${search}` : '/';
}
