import express, { type ErrorRequestHandler, type Express } from 'express';
import helmet from 'helmet';
import { Agent } from 'undici';
import { maskNumber } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import { createCarrier } from './carrier.ts';
import { ControlError, createControl } from './control.ts';
import { listen, type Listening } from './listen.ts';
import { createLoginService } from './login-service.ts';
import { createMessageLog } from './message-log.ts';
import { createScenarios, type Scenarios } from './scenarios.ts';
import { createSiteApi } from './site-api.ts';
import { createSiteGuard } from './site-guard.ts';
import { createSitePages } from './site-pages.ts';
import { createSessions } from './site-sessions.ts';
import { createTruth, type Truth } from './truth.ts';
import { createTwilioApi } from './twilio-api.ts';
import { createWorld, type Handover, type World, type WorldOptions } from './world.ts';

export interface SimulatorOptions {
  /** All delays are this clock's: a scaled one makes a faster simulation. */
  readonly clock: Clock;
  /** The same seed makes the same world, codes and delays. */
  readonly seed: string | number;
  readonly world?: WorldOptions;
}

export interface Simulator {
  readonly world: World;
  readonly scenarios: Scenarios;
  readonly truth: Truth;
  /** Where a phone's messages go from now on. `phone`: its name or number; throws when there is none. */
  connect(phone: string, handover: Handover): void;
  /** Listens on 127.0.0.1; port 0, the default, takes a free one. Once. */
  start(port?: number): Promise<SimulatorAddress>;
  /** Ends what is on its way and the server; resolves when nothing is left. */
  stop(): Promise<void>;
}

export interface SimulatorAddress {
  readonly port: number;
  /** Base address of the login site: JSON below `/api`, pages at `/login`. */
  readonly loginUrl: string;
  /** What to set the twilio client's `api.baseUrl` to. */
  readonly carrierUrl: string;
  /** The page with the switches; `sim/scenarios` below it for programs. */
  readonly controlUrl: string;
}

/** A login site, a carrier and phones, on one port of this machine. */
export function createSimulator({ clock, seed, world: wished }: SimulatorOptions): Simulator {
  const world = createWorld(seed, wished);
  const truth = createTruth(clock);
  const scenarios = createScenarios(world, (active) => truth.addSwitch(active));
  const { conditions } = scenarios;
  const stopping = new AbortController();
  const dispatcher = new Agent();
  const log = createMessageLog();
  const shared = { clock, seed, world, truth, log, conditions };
  const carrier = createCarrier({ ...shared, dispatcher, signal: stopping.signal });
  const service = createLoginService({ ...shared, carrier });
  const site = { service, sessions: createSessions(clock), guard: createSiteGuard(clock, conditions) };
  const app = createApp();
  const connect = (phone: string, handover: Handover): void => {
    findPhone(world, phone).handover = handover;
  };
  app.use(createControl({ clock, world, scenarios, truth, connect }));
  app.use('/api', createSiteApi(site));
  app.use(createSitePages({ ...site, numberOf: (account) => shownNumber(world, account) }));
  app.use(createTwilioApi({ ...shared, carrier }));
  app.use(onError);
  let listening: Listening | null = null;

  return {
    world,
    scenarios,
    truth,
    connect,
    async start(port = 0) {
      listening = await listen(app, port);
      const url = `http://127.0.0.1:${listening.port}`;
      return { port: listening.port, loginUrl: url, carrierUrl: url, controlUrl: `${url}/` };
    },
    async stop() {
      stopping.abort(new Error('the simulator is stopping'));
      await carrier.settled();
      await listening?.close();
      await dispatcher.destroy();
    },
  };
}

function createApp(): Express {
  const app = express();
  app.set('etag', false);
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          styleSrc: ["'self'"],
          formAction: ["'self'"],
          baseUri: ["'none'"],
        },
      },
      strictTransportSecurity: false,
      // Without a referrer, browsers send forms with `Origin: null`, which the switches would refuse.
      referrerPolicy: { policy: 'same-origin' },
    }),
  );
  return app;
}

/** What express throws for a body that is too large or no JSON carries its status; all else is our own fault. */
const onError: ErrorRequestHandler = (error, _request, response, _next) => {
  const status = statusOf(error);
  response
    .status(status)
    .json({ error: status === 500 ? 'the simulator failed' : 'the request cannot be read' });
};

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : null;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

function findPhone(world: World, wanted: string) {
  const found = world.phones.find(({ name, number }) => name === wanted || number === wanted);
  if (found) return found;
  const known = world.phones.map(({ name }) => name).join(', ');
  throw new ControlError(`there is no phone "${wanted}"; known: ${known}`);
}

function shownNumber(world: World, account: string | null): string | null {
  const name = world.accounts.find(({ username }) => username === account)?.phone;
  const phone = world.phones.find((known) => known.name === name);
  return phone ? maskNumber(phone.number) : null;
}
