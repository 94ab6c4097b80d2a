import type { FlowApi } from './flow-api-types.ts';

/** A login in code: what the default export of a flow's file is. */
export interface FlowDefinition<Options = Readonly<Record<string, unknown>>> {
  /**
   * Logs in and proves the second factor, once; returns when the session stands. Say how a stage failed with a typed error
   * (`LoginRefused`, `CodeRejected`, …); anything else that is thrown is our fault: `flow_error`.
   */
  run(api: FlowApi<Options>): Promise<void>;
  /** Ends the session where `run` could not: called after a failure past login. Five seconds. */
  logout?(api: FlowApi<Options>): Promise<void>;
}

/** Declares a flow; gives `run` its types. */
export const defineFlow = <Options = Readonly<Record<string, unknown>>>(
  flow: FlowDefinition<Options>,
): FlowDefinition<Options> => flow;
