import { Router } from 'express';
import { z } from 'zod';
import type { DemoControls } from '../ports/demo-controls.ts';
import { answerAct } from './action-routes.ts';
import type { Auth } from './auth.ts';
import { checkInput } from './input.ts';
import { allowOnly } from './web-error.ts';

const ON = z.strictObject({ name: z.string().min(1).max(100), choice: z.string().max(100).optional() });
const OFF = z.strictObject({ name: z.string().min(1).max(100).optional() });

/** The switches of a demo. */
export function createDemoRoutes(demo: DemoControls, auth: Auth): Router {
  const router = Router();
  router.post('/demo/on', auth.require('admin'), (request, response) => {
    const { name, choice } = checkInput(ON, request.body ?? {});
    const fault = demo.switchOn(name, choice ?? null);
    const said = [name, choice].filter((part) => part !== undefined).join(' ');
    const answer =
      fault === null
        ? ({ done: true, message: `${said} is on` } as const)
        : ({ done: false, status: 422, message: fault } as const);
    answerAct(request, response, answer);
  });
  router.post('/demo/off', auth.require('admin'), (request, response) => {
    const { name } = checkInput(OFF, request.body ?? {});
    demo.switchOff(name ?? null);
    answerAct(request, response, {
      done: true,
      message: `${name ?? 'everything'} is off: nothing is broken by it`,
    });
  });
  router.all('/demo/:action', allowOnly('POST'));
  return router;
}
