/** What flows in code import from `twofa-prober`. */
export { defineFlow, type FlowDefinition } from './flows/module/define-flow.ts';
export {
  defineBrowserFlow,
  type BrowserFlowApi,
  type BrowserFlowDefinition,
} from './flows/browser/define-browser-flow.ts';
export type {
  AnswerMatchers,
  AnswerRule,
  CodeApi,
  Comparison,
  FlowAccount,
  FlowApi,
  FlowBasics,
  HttpApi,
  HttpResponse,
  RequestOptions,
  SendTrigger,
} from './flows/module/flow-api-types.ts';
export type { FlowStage } from './domain/outcome.ts';
export type { GoodWord, Word } from './flows/steps/word.ts';
export {
  AttemptFailure,
  ChallengeMissing,
  CodeRejected,
  LoginRefused,
  RateLimited,
  RequestRefused,
  TargetUnreachable,
  type FailureDetail,
} from './domain/failure.ts';
