import type { FlowStage } from '../domain/outcome.ts';
import type { FlowContext } from '../ports/login-flow.ts';

/** What a flow holds for one attempt between its run and its logout. */
export interface AttemptState {
  close(): Promise<void>;
}

export interface AttemptStates<State extends AttemptState> {
  /** Opens a state and runs with it; keeps it for a logout that is still to come, else closes it. */
  run(context: FlowContext, work: (state: State, watched: FlowContext) => Promise<void>): Promise<void>;
  /** Runs the logout with what the run left, and closes it. */
  logout(context: FlowContext, work: (state: State) => Promise<void>): Promise<void>;
}

/**
 * Ties states to attempts. The engine logs out after every attempt whose login passed, unless the flow
 * itself has begun its logout.
 */
export function createAttemptStates<State extends AttemptState>(
  hasLogout: () => boolean,
  open: (context: FlowContext) => Promise<State>,
): AttemptStates<State> {
  const kept = new WeakMap<FlowContext, State>();
  const runs = new WeakMap<FlowContext, Promise<void>>();
  return {
    run(context, work) {
      const run = attempt(context, work);
      // After an abort the engine logs out at once, while the run is still letting go.
      runs.set(
        context,
        run.catch(() => undefined),
      );
      return run;
    },
    async logout(context, work) {
      await runs.get(context);
      const state = kept.get(context);
      if (!state) throw new Error('there is no session to log out of: the login did not pass');
      kept.delete(context);
      try {
        await work(state);
      } finally {
        await state.close();
      }
    },
  };

  async function attempt(
    context: FlowContext,
    work: Parameters<AttemptStates<State>['run']>[1],
  ): Promise<void> {
    const passed = new Set<FlowStage>();
    const state = await open(context);
    try {
      await work(state, watchStages(context, passed));
    } finally {
      if (hasLogout() && passed.has('login') && !passed.has('logout')) kept.set(context, state);
      else await state.close();
    }
  }
}

/** The same context, noting which stages passed; a logout counts once it began. */
function watchStages(context: FlowContext, passed: Set<FlowStage>): FlowContext {
  return {
    attemptId: context.attemptId,
    account: context.account,
    codeIsSent: context.codeIsSent,
    // The engine bounds the logout by another signal than the run.
    get signal() {
      return context.signal;
    },
    async stage(stage, run) {
      if (stage === 'logout') passed.add(stage);
      const result = await context.stage(stage, run);
      passed.add(stage);
      return result;
    },
    sending: (request) => context.sending(request),
    code: () => context.code(),
    permit: (timeoutMs) => context.permit(timeoutMs),
    record: (request) => context.record(request),
  };
}
