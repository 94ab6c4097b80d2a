import type { Page } from 'playwright-core';
import type { FlowBasics } from '../module/flow-api-types.ts';

/** What a flow that drives a browser works with. Lives as long as one attempt. */
export interface BrowserFlowApi<Options = Readonly<Record<string, unknown>>> extends FlowBasics<Options> {
  /** A page of a fresh Chromium profile; it can go nowhere but to the target and its `origins`. */
  readonly page: Page;
}

/** A login in a browser: what the default export of its file is. */
export interface BrowserFlowDefinition<Options = Readonly<Record<string, unknown>>> {
  /**
   * Logs in and proves the second factor, once. Timeouts and network errors of the page are `target_unreachable`; say all else with
   * a typed error (`LoginRefused`, `CodeRejected`, …). `code.request` takes what makes the page send: its clock
   * starts just before.
   */
  run(api: BrowserFlowApi<Options>): Promise<void>;
  /** Ends the session where `run` could not: called after a failure past login. Five seconds. */
  logout?(api: BrowserFlowApi<Options>): Promise<void>;
}

/** Declares a flow for `kind: browser`; gives `run` its types. */
export const defineBrowserFlow = <Options = Readonly<Record<string, unknown>>>(
  flow: BrowserFlowDefinition<Options>,
): BrowserFlowDefinition<Options> => flow;
