import express, { type RequestHandler, type Response, type Router } from 'express';
import { z } from 'zod';
import { DAY } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { Carrier } from './carrier.ts';
import type { Conditions } from './conditions.ts';
import type { ListedMessage, MessageLog, MessageQuery } from './message-log.ts';
import { isSameText } from './same-text.ts';
import { refuseMessage } from './twilio-refusals.ts';
import {
  API_VERSION,
  errorShape,
  listShape,
  messageShape,
  messagesPath,
  type TwilioError,
} from './twilio-shape.ts';
import type { World } from './world.ts';

export interface TwilioApiDeps {
  readonly clock: Clock;
  readonly world: World;
  readonly carrier: Carrier;
  readonly log: MessageLog;
  readonly conditions: () => Conditions;
}

/** The part of Twilio's REST API that is about messages: create, fetch, list. */
export function createTwilioApi(deps: TwilioApiDeps): Router {
  const { world, log, carrier, clock } = deps;
  const router = express.Router();
  const path = messagesPath(world.accountSid);
  router.use(`/${API_VERSION}`, authenticate(world), limitRate(deps.conditions));

  router.post(`${path}.json`, express.urlencoded({ extended: false }), (request, response) => {
    const form = CreateForm.safeParse(request.body ?? {});
    const refusal = form.success ? refuseMessage(form.data) : INVALID;
    if (refusal || !form.success) return refuse(response, refusal ?? INVALID);
    const { To: to, Body: body } = form.data;
    const from = form.data.From ?? SERVICE_NUMBER;
    const listed = log.add(queuedMessage({ sid: carrier.nextSid(), from, to, body, createdAt: clock.now() }));
    const created = messageShape(world.accountSid, listed);
    carrier.submit({ from, to, text: body, source: 'api' }, listed);
    response.status(201).json(created);
  });

  router.get(`${path}.json`, (request, response) => {
    if (deps.conditions().receiverDown) return refuse(response, UNAVAILABLE);
    const query = ListQuery.safeParse(request.query);
    if (!query.success) return refuse(response, INVALID);
    const { PageSize: pageSize, Page: page, PageToken: token } = query.data;
    const found = log.page(readFilter(query.data), pageSize, token?.slice(2));
    const uri = request.originalUrl;
    response.json(listShape(world.accountSid, { ...found, uri, page, pageSize }));
  });

  router.get(`${path}/:file`, (request, response) => {
    if (deps.conditions().receiverDown) return refuse(response, UNAVAILABLE);
    const found = log.find(request.params.file.replace(/\.json$/, ''));
    if (!found) return refuse(response, notFound(request.originalUrl));
    response.json(messageShape(world.accountSid, found));
  });

  router.use(`/${API_VERSION}`, (request, response) => refuse(response, notFound(request.originalUrl)));
  return router;
}

const CreateForm = z.object({
  To: z.string().default(''),
  From: z.string().optional(),
  MessagingServiceSid: z.string().optional(),
  Body: z.string().default(''),
});

/** What a messaging service sends from. */
const SERVICE_NUMBER = '+15005550006';

const MAX_PAGE = 1000;
const instant = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);
const ListQuery = z.object({
  To: z.string().optional(),
  From: z.string().optional(),
  DateSent: instant.optional(),
  'DateSent>': instant.optional(),
  'DateSent<': instant.optional(),
  PageSize: z.coerce
    .number()
    .int()
    .min(1)
    .default(50)
    .transform((size) => Math.min(size, MAX_PAGE)),
  Page: z.coerce.number().int().min(0).default(0),
  PageToken: z.string().optional(),
});

/** Dates alone stand for whole days, UTC. */
function readFilter(query: z.output<typeof ListQuery>): MessageQuery {
  const from = query['DateSent>'] ?? query.DateSent;
  const to = query['DateSent<'] ?? query.DateSent;
  return {
    to: query.To,
    from: query.From,
    sentFrom: from === undefined ? undefined : Date.parse(from),
    sentTo: to === undefined ? undefined : Date.parse(to) + (to.includes('T') ? 0 : DAY - 1),
  };
}

const queuedMessage = (
  message: Pick<ListedMessage, 'sid' | 'from' | 'to' | 'body' | 'createdAt'>,
): ListedMessage => ({
  ...message,
  direction: 'outbound-api',
  sentAt: null,
  status: 'queued',
  errorCode: null,
  errorText: null,
});

const INVALID: TwilioError = { status: 400, code: 20001, message: 'Invalid parameter' };
const UNAVAILABLE: TwilioError = { status: 503, code: 20503, message: 'Service is unavailable' };
const TOO_MANY: TwilioError = { status: 429, code: 20429, message: 'Too Many Requests' };
const UNAUTHENTICATED: TwilioError = { status: 401, code: 20003, message: 'Authenticate' };
const notFound = (path: string): TwilioError => ({
  status: 404,
  code: 20404,
  message: `The requested resource ${path} was not found`,
});

function refuse(response: Response, error: TwilioError): void {
  response.status(error.status).json(errorShape(error));
}

const authenticate = (world: World): RequestHandler => {
  const pair = Buffer.from(`${world.accountSid}:${world.authToken}`).toString('base64');
  return (request, response, next) => {
    if (isSameText(request.get('authorization') ?? '', `Basic ${pair}`)) return next();
    response.set('WWW-Authenticate', 'Basic realm="Twilio API"');
    refuse(response, UNAUTHENTICATED);
  };
};

const limitRate =
  (conditions: () => Conditions): RequestHandler =>
  (_request, response, next) => {
    if (!conditions().apiRateLimited) return next();
    response.set('Retry-After', '1');
    refuse(response, TOO_MANY);
  };
