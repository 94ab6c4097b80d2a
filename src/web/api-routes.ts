import { Router } from 'express';
import { z } from 'zod';
import type { Marks } from '../domain/mark.ts';
import type { Clock } from '../ports/clock.ts';
import type { Operations, Snapshot } from '../ports/operations.ts';
import type { Auth } from './auth.ts';
import { checkInput, count, moment, pathPart } from './input.ts';
import { asksCode, deliveriesOf } from './pages/deliveries.ts';
import { spanOfTime } from './pages/span-of-time.ts';
import { WebError } from './web-error.ts';

interface ApiOptions {
  readonly operations: Operations;
  readonly auth: Auth;
  readonly clock: Clock;
}

const MAX_ATTEMPTS = 1000;
const MAX_VERDICTS = 500;

const NAME = z.string().min(1).max(200);
const DELIVERIES_QUERY = z
  .strictObject({ target: NAME.optional(), probe: NAME.optional() })
  .refine(
    ({ target, probe }) => (target === undefined) !== (probe === undefined),
    'expected a target or a probe',
  );

/** Reads, as JSON. */
export function createApiRoutes({ operations, auth, clock }: ApiOptions): Router {
  const query = z.strictObject({
    probe: z.string().max(200).optional(),
    since: moment(() => clock.now()).optional(),
    limit: count(MAX_ATTEMPTS, 100),
  });
  const verdictQuery = z.strictObject({
    target: z.string().max(200).optional(),
    limit: count(MAX_VERDICTS, 100),
  });
  const router = Router();
  router.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  router.get('/targets', auth.require('reader'), async (_request, response) => {
    const snapshot = await operations.snapshot();
    response.json({
      targets: snapshot.inventory.targets.map((target) => describeTarget(snapshot, target.name)),
    });
  });
  router.get('/probes', auth.require('reader'), async (_request, response) => {
    response.json({ probes: (await operations.snapshot()).probes });
  });
  router.get('/inboxes', auth.require('reader'), async (_request, response) => {
    const { at, inboxes } = await operations.snapshot();
    response.json({ at, inboxes });
  });
  router.get('/verdicts', auth.require('reader'), async (request, response) => {
    const { target, limit } = checkInput(verdictQuery, request.query);
    const filter = target === undefined ? {} : { target };
    response.json({ verdicts: await operations.verdicts({ ...filter, limit }) });
  });
  router.get('/deliveries', auth.require('reader'), async (request, response) => {
    const { target, probe } = checkInput(DELIVERIES_QUERY, request.query);
    const marks = await operations.marks();
    const own = probe === undefined ? marksOfTarget(marks, target) : (marks.get(probe) ?? []);
    response.json(deliveriesOf(own.filter(asksCode), spanOfTime(marks, clock.now())));
  });
  router.get('/attempts', auth.require('reader'), async (request, response) => {
    const { probe, since, limit } = checkInput(query, request.query);
    const filter = { ...(probe === undefined ? {} : { probe }), ...(since === undefined ? {} : { since }) };
    response.json({ attempts: await operations.attempts({ ...filter, limit }) });
  });
  router.get('/attempts/:id', auth.require('reader'), async (request, response) => {
    const attempt = await findAttempt(operations, pathPart(request.params['id']));
    response.json({ ...attempt, receipts: await operations.receipts(attempt.id) });
  });
  return router;
}

const marksOfTarget = (marks: Marks, target: string | undefined) =>
  [...marks.values()].filter(([first]) => first?.target === target).flat();

/** One stored attempt; 404 without it. */
export async function findAttempt(operations: Operations, id: string) {
  const [attempt] = id.length <= 200 ? await operations.attempts({ id, limit: 1 }) : [];
  if (!attempt)
    throw new WebError(404, 'there is no attempt with this id', { expected: 'the id of a stored attempt' });
  return attempt;
}

function describeTarget({ inventory, probes, usage, breakers, watch, at }: Snapshot, name: string) {
  const target = inventory.targets.find((entry) => entry.name === name);
  const until = breakers[name];
  const seen = watch[name];
  return {
    ...target,
    probes: probes.filter((probe) => probe.target === name).map((probe) => probe.name),
    starts: usage.starts[name] ?? { hour: 0, day: 0 },
    breakerOpenUntil: until !== undefined && until > at ? until : null,
    verdict: seen ? { ...seen.verdict, since: seen.since } : null,
    detectors: seen?.detectors ?? [],
    /** What an alarm of all routes is about: one route; null: several, or there is none. */
    named: seen?.named ?? null,
  };
}
