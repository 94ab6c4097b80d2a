import type { FlowStage } from '../../domain/outcome.ts';
import type { FlowContext } from '../../ports/login-flow.ts';
import type { CodeApi, FlowBasics } from './flow-api-types.ts';
import { createSendMark } from './send-mark.ts';

/** Where a flow in code is: which stage runs, and whether a trigger waits for its first request. */
export interface StageKeeper {
  readonly current: () => FlowStage | null;
  readonly takeMark: () => (() => void) | undefined;
  readonly stage: FlowBasics['stage'];
  readonly code: CodeApi;
}

export interface KeeperOptions {
  /** A trigger's start is t0, where single requests cannot be seen. */
  readonly marksItself: boolean;
  /** The engine called the flow's logout: its stage is already running. */
  readonly inLogout: boolean;
  /** Keeps the code out of what is shown. */
  readonly hide: (code: string) => void;
}

export function createStageKeeper(
  context: FlowContext,
  { marksItself, inLogout, hide }: KeeperOptions,
): StageKeeper {
  let current: FlowStage | null = inLogout ? 'logout' : null;
  const mark = createSendMark(context, marksItself);

  async function within<T>(name: FlowStage, run: () => Promise<T>): Promise<T> {
    const before = current;
    current = name;
    try {
      return await run();
    } finally {
      current = before;
    }
  }

  function stage<T>(name: FlowStage, run: (code: string) => Promise<T>): Promise<T> {
    // The engine itself times the logout that it asks for.
    if (inLogout) return within(name, () => run(''));
    // A function that takes no code is not run again with another: the engine looks at its length.
    if (run.length === 0) return context.stage(name, () => within(name, () => run('')));
    return context.stage(name, (code) => within(name, () => run(hidden(code))));
  }

  function hidden(code: string): string {
    hide(code);
    return code;
  }

  return {
    current: () => current,
    takeMark: mark.take,
    stage,
    code: {
      async request(trigger) {
        if (context.codeIsSent) await stage('request_code', () => mark.sending(trigger));
        return hidden(await context.code());
      },
      sending: mark.sending,
      get: async () => hidden(await context.code()),
    },
  };
}
