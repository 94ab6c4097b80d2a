import { TargetUnreachable } from '../../domain/failure.ts';
import type { FlowContext, FlowDeps, LoginFlow } from '../../ports/login-flow.ts';
import { isHtml } from '../http/answer.ts';
import { createAttemptStates, type AttemptState } from '../attempt-states.ts';
import { allowedOrigins } from '../http/origins.ts';
import type { HttpSession } from '../http/session.ts';
import { askedOf, askOf } from './ask.ts';
import { judge } from './judge.ts';
import type { Step, StepsSettings } from './schema.ts';
import { createView, type View } from './view.ts';
import { conclude, type StepStage } from './word.ts';

/** One attempt's way through the steps. */
interface Walk extends AttemptState {
  readonly session: HttpSession;
  /** Templates' values: the account's, and what steps saved. */
  readonly values: Record<string, string>;
  /** The latest page: what `submit` submits on. */
  page: View | null;
}

/** Logs in by the steps of a configuration. */
export function createStepsFlow(settings: StepsSettings, deps: FlowDeps): LoginFlow {
  const stepsOf = (stage: StepStage) => settings.steps.filter((step) => step.stage === stage);
  const logoutSteps = stepsOf('logout');
  const states = createAttemptStates<Walk>(
    () => logoutSteps.length > 0,
    (context) => begin(settings, deps, context),
  );
  const walkSteps = async (walk: Walk, context: FlowContext, steps: readonly Step[]) => {
    for (const step of steps) await takeStep(walk, step, { settings, context, deps });
  };

  const flow: LoginFlow = {
    kind: 'http',
    run: (context) =>
      states.run(context, async (walk, watched) => {
        await watched.stage('login', () => walkSteps(walk, watched, stepsOf('login')));
        // A step that only asks for a code has nothing to do where nobody sends one.
        const asking = stepsOf('request_code').filter((step) => watched.codeIsSent || step.sends !== true);
        if (asking.length > 0) await watched.stage('request_code', () => walkSteps(walk, watched, asking));
        await watched.stage('verify', async (code) => {
          walk.values['code'] = code;
          walk.session.hide(code);
          await walkSteps(walk, watched, [...stepsOf('verify'), ...stepsOf('confirm')]);
        });
      }),
  };
  if (logoutSteps.length === 0) return flow;
  return {
    ...flow,
    logout: (context) => states.logout(context, (walk) => walkSteps(walk, context, logoutSteps)),
  };
}

async function begin(settings: StepsSettings, deps: FlowDeps, context: FlowContext): Promise<Walk> {
  const { username, password, number, vars } = context.account;
  // Loaded with the first attempt: an idle daemon does without the client and its parts.
  const { createHttpSession } = await import('../http/session.ts');
  const session = createHttpSession(deps, context);
  const values = { ...settings.vars, ...vars, username, password, ...(number !== null && { number }) };
  return { session, values, page: null, close: () => session.close() };
}

async function takeStep(
  walk: Walk,
  step: Step,
  { settings, context, deps }: { settings: StepsSettings; context: FlowContext; deps: FlowDeps },
): Promise<void> {
  const { session, values, page } = walk;
  const allowed = allowedOrigins(deps.url, deps.origins);
  const { headers = {} } = settings;
  const ask = await askOf(step, { url: deps.url, allowed, values, headers, page });
  const answer =
    step.sends === true && context.codeIsSent
      ? await context.sending((written) => session.request(ask, written))
      : await session.request(ask);
  const view = createView(answer);
  if (isHtml(answer)) walk.page = view;
  const { when, retryAfter = settings.retryAfter } = step;
  const asked = askedOf(step);
  conclude(await judge(view, { when, retryAfter, values, asked, now: deps.clock.now() }), step.stage);
  await save(walk, step, view);
}

async function save(walk: Walk, step: Step, view: View): Promise<void> {
  for (const [name, source] of Object.entries(step.save ?? {})) {
    const value = await source.read(view);
    if (value === null) {
      throw new TargetUnreachable(`${askedOf(step)}: the answer has no ${source.written} to save as ${name}`);
    }
    walk.values[name] = value;
    walk.session.hide(value);
  }
}
