import { Router } from 'express';
import type { Logger } from '../ports/logger.ts';
import type { Operations, Snapshot } from '../ports/operations.ts';
import { StoreDown } from '../ports/store.ts';
import { answerAct } from './action-routes.ts';
import type { Auth } from './auth.ts';
import { allowOnly } from './web-error.ts';

/** Writes all metrics in the format that the Accept header asks for. */
export type Scrape = (
  accept: string | undefined,
) => Promise<{ readonly contentType: string; readonly body: string }>;

/** Liveness and readiness, open to everybody: an orchestrator has no token. */
export function createProbeRoutes(operations: Operations, logger: Logger): Router {
  const router = Router();
  router.get('/-/healthy', (_request, response) => void response.type('text').send('healthy\n'));
  router.get('/-/ready', async (_request, response) => {
    const { ok, reasons } = await readiness(operations, logger);
    response
      .status(ok ? 200 : 503)
      .type('text')
      .send(ok ? 'ready\n' : `not ready\n${reasons.map((reason) => `- ${reason}\n`).join('')}`);
  });
  return router;
}

/** A snapshot that cannot be made is a reason of its own. */
async function readiness(operations: Operations, logger: Logger): Promise<Snapshot['ready']> {
  try {
    const { ready } = await operations.snapshot();
    return ready;
  } catch (error) {
    if (error instanceof StoreDown) return { ok: false, reasons: [`the store is down: ${error.message}`] };
    logger.log('error', 'snapshot_failed', {
      reason: error instanceof Error ? error.message : String(error),
    });
    return { ok: false, reasons: ['the state cannot be read; the log says why'] };
  }
}

interface OpsOptions {
  readonly operations: Operations;
  readonly metrics: { readonly scrape: Scrape };
  readonly auth: Auth;
  readonly redactedConfig: () => string;
}

export function createOpsRoutes({ operations, metrics, auth, redactedConfig }: OpsOptions): Router {
  const router = Router();
  router.get('/metrics', auth.require('reader'), async (request, response) => {
    const { contentType, body } = await metrics.scrape(request.get('accept'));
    response.set({ 'Content-Type': contentType, Vary: 'Accept' }).end(body);
  });
  router.get('/config', auth.require('reader'), (_request, response) => {
    response.type('text/plain; charset=utf-8').set('Cache-Control', 'no-store').send(redactedConfig());
  });
  router.post('/-/reload', auth.require('admin'), async (request, response) => {
    answerAct(request, response, await operations.act({ kind: 'reload' }));
  });
  router.all('/-/reload', allowOnly('POST'));
  return router;
}
