/**
 * Runs flows of `kind: module` or `browser` in a Node of its own, as the daemon does: types stripped by Node, no test runner
 * between. Argument: jobs as JSON. Prints their endings as JSON.
 */
import { FLOWS } from '../../../src/flows/index.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { LoginFlow } from '../../../src/ports/login-flow.ts';
import { FakeFlowContext, runFlow } from '../fake-flow-context.ts';

interface Job {
  readonly kind: string;
  readonly settings: unknown;
  readonly url: string;
  readonly folder: string;
  readonly origins?: readonly string[];
  readonly codes?: readonly string[];
  readonly codeIsSent?: boolean;
  /** Only loads the flow. */
  readonly prepareOnly?: boolean;
  readonly timeoutMs?: number;
}

const clock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

async function run(job: Job): Promise<object> {
  const kind = FLOWS.find((flow) => flow.kind === job.kind);
  if (!kind) throw new Error(`no kind ${job.kind}`);
  const pictures: string[] = [];
  const flow = kind.create(kind.schema.parse(job.settings), {
    target: 'acme',
    url: job.url,
    origins: job.origins ?? [],
    userAgent: 'twofa-prober/test (sre@acme.example)',
    timeoutMs: job.timeoutMs ?? 10_000,
    folder: job.folder,
    clock,
    keepScreenshot: (attempt) => Promise.resolve(void pictures.push(attempt)),
  });
  const context = new FakeFlowContext({ codes: () => job.codes ?? [], codeIsSent: job.codeIsSent ?? true });
  const ending = job.prepareOnly === true ? await prepare(flow) : await runFlow(flow, context);
  return { ...ending, events: context.events, requests: context.requests, pictures };
}

async function prepare(flow: LoginFlow): Promise<{ fault: string | null }> {
  try {
    await flow.prepare?.();
    return { fault: null };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

const endings: object[] = [];
for (const job of JSON.parse(process.argv[2] ?? '[]') as Job[]) endings.push(await run(job));
process.stdout.write(JSON.stringify(endings));
