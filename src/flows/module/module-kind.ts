import { z } from 'zod';
import { defineKind } from '../../ports/kind.ts';
import type { FlowContext, FlowDeps, FlowFacts, FlowKind, LoginFlow } from '../../ports/login-flow.ts';
import type { AttemptState } from '../attempt-states.ts';
import type { HttpSession } from '../http/session.ts';
import { createFlowApi } from './flow-api.ts';
import type { FlowApi } from './flow-api-types.ts';
import { createLoadedFlow } from './loaded-flow.ts';

const settings = z.strictObject({
  /** The flow's file, against the configuration's folder. */
  path: z.string().min(1),
  options: z.record(z.string(), z.unknown()).optional(),
});

interface HttpState extends AttemptState {
  readonly session: HttpSession;
}

/** `kind: module`: a flow in code, over HTTP. */
export const moduleKind: FlowKind = defineKind<typeof settings, FlowDeps, LoginFlow, FlowFacts>({
  kind: 'module',
  schema: settings,
  create: ({ path, options = {} }, deps) =>
    createLoadedFlow<HttpState, FlowApi>({
      kind: 'module',
      path,
      folder: deps.folder,
      async open(context: FlowContext) {
        const { createHttpSession } = await import('../http/session.ts');
        const session = createHttpSession(deps, context);
        return { session, close: () => session.close() };
      },
      apiOf: ({ session }, context, inLogout) => createFlowApi({ context, session, deps, options, inLogout }),
      translate: (error) => error,
    }),
});
