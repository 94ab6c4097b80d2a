import type { FlowContext } from '../../ports/login-flow.ts';

/** Marks t0 in a trigger: at its first request through `http`, or where its user says. */
export interface SendMark {
  /** Takes the mark of a running trigger; undefined where there is none, or it is taken. */
  readonly take: () => (() => void) | undefined;
  /** Runs the trigger, and checks that its request was marked. */
  readonly sending: <T>(trigger: (written: () => void) => Promise<T>) => Promise<T>;
}

/** `marksItself`: the trigger's start is t0, where single requests cannot be seen. */
export function createSendMark(context: FlowContext, marksItself: boolean): SendMark {
  let waiting: (() => void) | undefined;
  return {
    take() {
      const taken = waiting;
      waiting = undefined;
      return taken;
    },
    async sending(trigger) {
      if (!context.codeIsSent) return trigger(() => undefined);
      return context.sending(async (written) => {
        let marked = false;
        const mark = (): void => {
          if (!marked) written();
          marked = true;
        };
        if (marksItself) mark();
        else waiting = mark;
        try {
          const result = await trigger(mark);
          if (!marked) throw new Error(UNMARKED);
          return result;
        } finally {
          waiting = undefined;
        }
      });
    },
  };
}

const UNMARKED =
  "the code's trigger made no request through http; a trigger that asks in another way must call written() just before";
