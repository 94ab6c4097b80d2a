import { classifyFailure, type Classified } from '../../src/domain/classify.ts';
import { CodeRejected } from '../../src/domain/failure.ts';
import type { FlowStage } from '../../src/domain/outcome.ts';
import type { AccountSecrets, FlowContext, LoginFlow } from '../../src/ports/login-flow.ts';

type Recorded = Parameters<FlowContext['record']>[0] & { readonly stage: FlowStage | null };

export interface FakeFlowOptions {
  readonly account?: Partial<AccountSecrets>;
  readonly codeIsSent?: boolean;
  /** The codes that come, first to last; asked each time a code is needed. */
  readonly codes?: () => readonly string[];
  readonly signal?: AbortSignal;
  /** Called where the engine would ask its lease. */
  readonly permit?: () => void;
  /** Called at t0. */
  readonly written?: () => void;
}

/** The engine's side of one attempt, as far as a flow can see it; keeps what the flow did. */
export class FakeFlowContext implements FlowContext {
  readonly attemptId = 'attempt-1';
  readonly account: AccountSecrets;
  readonly codeIsSent: boolean;
  signal: AbortSignal;
  /** Stages as they start, permits, t0 and requests, in order. */
  readonly events: string[] = [];
  readonly requests: Recorded[] = [];
  readonly passed = new Set<FlowStage>();
  readonly begun = new Set<FlowStage>();
  readonly #options: FakeFlowOptions;
  #stage: FlowStage | null = null;
  #sent = 0;

  constructor(options: FakeFlowOptions = {}) {
    this.#options = options;
    this.codeIsSent = options.codeIsSent ?? true;
    this.signal = options.signal ?? new AbortController().signal;
    this.account = {
      username: 'ada',
      password: 'right horse',
      number: null,
      totpSecret: null,
      backupCodes: [],
      vars: {},
      ...options.account,
    };
  }

  async stage<T>(stage: FlowStage, run: (code: string) => Promise<T>): Promise<T> {
    const code = stage === 'verify' ? await this.code() : '';
    this.events.push(stage);
    this.begun.add(stage);
    this.#stage = stage;
    try {
      const result = await this.#attempt(code, run);
      this.passed.add(stage);
      return result;
    } finally {
      this.#stage = null;
    }
  }

  async #attempt<T>(code: string, run: (code: string) => Promise<T>): Promise<T> {
    try {
      return await run(code);
    } catch (error) {
      const other = this.#options.codes?.()[1];
      if (!(error instanceof CodeRejected) || other === undefined) throw error;
      return run(other);
    }
  }

  async sending<T>(request: (written: () => void) => Promise<T>): Promise<T> {
    this.#sent += 1;
    if (this.#sent > 1) throw new Error('sending was called twice');
    return request(() => {
      this.events.push('written');
      this.#options.written?.();
    });
  }

  async code(): Promise<string> {
    const code = this.#options.codes?.()[0];
    if (code === undefined) throw new Error('no code came');
    return code;
  }

  async permit(): Promise<void> {
    this.events.push('permit');
    this.#options.permit?.();
  }

  record(request: Parameters<FlowContext['record']>[0]): void {
    this.requests.push({ ...request, stage: this.#stage });
    this.events.push(`${request.method} ${request.path} ${request.status}`);
  }
}

/** Runs a flow to its end as the engine does, the logout included. */
export async function runFlow(
  flow: LoginFlow,
  context: FakeFlowContext,
): Promise<Classified & { readonly logout: 'ok' | 'failed' | 'none' }> {
  const ended = await end(flow, context);
  if (context.begun.has('logout'))
    return { ...ended, logout: context.passed.has('logout') ? 'ok' : 'failed' };
  if (!flow.logout || !context.passed.has('login')) return { ...ended, logout: 'none' };
  context.signal = new AbortController().signal;
  try {
    await flow.logout(context);
    return { ...ended, logout: 'ok' };
  } catch {
    return { ...ended, logout: 'failed' };
  }
}

async function end(flow: LoginFlow, context: FakeFlowContext): Promise<Classified> {
  try {
    await flow.run(context);
    return { outcome: 'ok', reason: '', retryAfterMs: null };
  } catch (error) {
    return classifyFailure(error, context.signal);
  }
}
