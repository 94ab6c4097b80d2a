import type { FlowStage } from '../../domain/outcome.ts';
import type { GoodWord, Word } from '../steps/word.ts';

/** What a flow in code works with. Lives as long as one attempt. */
export interface FlowApi<Options = Readonly<Record<string, unknown>>> extends FlowBasics<Options> {
  /** The target over HTTP: keeps cookies, follows redirects within the target, bounds time and size. */
  readonly http: HttpApi;
  /**
   * What an answer means, by the same rules as `when` in YAML; first match wins. Returns the word; throws the typed error of an
   * outcome, and `ChallengeMissing` for `signed_in` in login.
   */
  expect(response: HttpResponse, rules: readonly AnswerRule[]): Promise<GoodWord>;
}

/** What every flow in code gets, whatever it drives. */
export interface FlowBasics<Options = Readonly<Record<string, unknown>>> {
  readonly account: FlowAccount;
  /** Runs a timed stage. In `verify` the function gets the code, and is run again, once, if another code came. */
  stage<T>(name: FlowStage, run: (code: string) => Promise<T>): Promise<T>;
  readonly code: CodeApi;
  /** The flow's `options` in the configuration. */
  readonly options: Options;
  /** Aborts when the attempt must end; pass it to every wait of your own. */
  readonly signal: AbortSignal;
  readonly attempt: { readonly id: string };
}

/** The account of this attempt. Never log it. */
export interface FlowAccount {
  readonly username: string;
  readonly password: string;
  /** The phone's number in E.164 form; null for an account without a phone. */
  readonly number: string | null;
  /** The account's `vars` in the configuration. */
  readonly vars: Readonly<Record<string, string>>;
}

/** The second factor's code. */
export interface CodeApi {
  /**
   * Runs the one request that makes the target send, as the stage `request_code`, and waits for the code. The clock starts
   * just before the trigger's first request is written. Where nobody sends codes (totp, backup codes) the trigger is skipped.
   */
  request(trigger: SendTrigger): Promise<string>;
  /**
   * For a target that sends within another stage: runs the trigger there, marks its time, does not wait. Where nobody sends codes it
   * simply runs the trigger.
   */
  sending<T>(trigger: (written: () => void) => Promise<T>): Promise<T>;
  /** The code: waited for, or made. */
  get(): Promise<string>;
}

/** `written` is for requests that do not go through `http`: call it just before yours is written. */
export type SendTrigger = (written: () => void) => Promise<unknown>;

/**
 * Requests to the target. An answer that is no 2xx throws by stage: login 401, 403 LoginRefused; request_code 4xx
 * RequestRefused; verify 400, 401, 403, 422 CodeRejected; everywhere 429 RateLimited, and all others TargetUnreachable.
 */
export interface HttpApi {
  get(path: string, options?: RequestOptions): Promise<HttpResponse>;
  post(path: string, options?: RequestOptions): Promise<HttpResponse>;
  put(path: string, options?: RequestOptions): Promise<HttpResponse>;
  patch(path: string, options?: RequestOptions): Promise<HttpResponse>;
  delete(path: string, options?: RequestOptions): Promise<HttpResponse>;
}

export interface RequestOptions {
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string | number | boolean>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** False hands every answer back, for `expect` or a look of your own. Default true. */
  readonly throwOnStatus?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body as JSON; throws TargetUnreachable when it is none. */
  json(): unknown;
  /** What the cookie jar holds for this address. */
  readonly cookies: Readonly<Record<string, string>>;
  /** After redirects. */
  readonly url: string;
}

/** What an answer is compared with: a text, number or boolean as it stands; `/…/i` is a pattern (RE2). */
export type Comparison = string | number | boolean | null;

export interface AnswerMatchers {
  /** 401, `4xx`, or a list. Without it a rule is for 2xx alone. */
  readonly status?: number | string | (number | string)[];
  /** By JSON pointer. */
  readonly json?: Record<string, Comparison>;
  readonly header?: Record<string, Comparison>;
  /** A name that must be there, or values by name. */
  readonly cookie?: string | Record<string, Comparison>;
  /** Of the final address: exact, with `*` for anything, or a pattern that starts with `^`. */
  readonly path?: string;
  /** A pattern that the page's visible text, or the body, must match. */
  readonly text?: string;
  readonly notText?: string;
  /** A CSS selector of which the page must have an element. */
  readonly has?: string;
}

/** One rule: everything in it must match. */
export interface AnswerRule extends AnswerMatchers {
  /** Matchers for the answer before redirects. */
  readonly first?: AnswerMatchers;
  readonly is: Word;
  /** With `rate_limited`: where the answer says how long, e.g. `header:retry-after`. */
  readonly retryAfter?: string;
}
