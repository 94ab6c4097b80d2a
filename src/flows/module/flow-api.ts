import { z } from 'zod';
import type { FlowContext, FlowDeps } from '../../ports/login-flow.ts';
import type { HttpSession } from '../http/session.ts';
import { judge } from '../steps/judge.ts';
import { rule } from '../steps/rule-schema.ts';
import { createView } from '../steps/view.ts';
import { conclude } from '../steps/word.ts';
import type { FlowApi, FlowBasics } from './flow-api-types.ts';
import { createHttpApi } from './http-api.ts';
import { createStageKeeper, type StageKeeper } from './stage-keeper.ts';

export type Options = Readonly<Record<string, unknown>>;

export interface ApiParts {
  readonly context: FlowContext;
  readonly session: HttpSession;
  readonly deps: FlowDeps;
  readonly options: Options;
  /** The engine called the flow's logout: its stage is already running. */
  readonly inLogout: boolean;
}

/** What a flow in code works with, for one attempt. */
export function createFlowApi({ context, session, deps, options, inLogout }: ApiParts): FlowApi {
  const keeper = createStageKeeper(context, {
    marksItself: false,
    inLogout,
    hide: (code) => session.hide(code),
  });
  const http = createHttpApi(session, keeper, deps);
  return {
    ...basicsOf(context, keeper, options),
    get signal() {
      return context.signal;
    },
    http,
    async expect(response, rules) {
      const parsed = z.array(rule).min(1).safeParse(rules);
      if (!parsed.success) throw new Error(`expect's rules: ${z.prettifyError(parsed.error)}`);
      const { answer, asked } = http.exchanged(response);
      const { username, password, number, vars } = context.account;
      const values = { ...vars, username, password, ...(number !== null && { number }) };
      const now = deps.clock.now();
      const ruling = { when: parsed.data, retryAfter: undefined, values, asked, now };
      return conclude(await judge(createView(answer), ruling), keeper.current());
    },
  };
}

/** The part that does not depend on what a flow drives. */
export function basicsOf(
  context: FlowContext,
  keeper: StageKeeper,
  options: Options,
): Omit<FlowBasics, 'signal'> {
  const { username, password, number, vars } = context.account;
  return {
    account: { username, password, number, vars },
    stage: keeper.stage,
    code: keeper.code,
    options,
    attempt: { id: context.attemptId },
  };
}
