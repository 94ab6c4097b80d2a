// One of several daemons on one PostgreSQL, in a process of its own: started, asked for logins, asked to stop.
import type { BenchConfig } from './configuration.ts';
import { cpuMs } from './figures.ts';
import { startProber, type Prober } from './prober.ts';
import { serveParent } from './children.ts';

export type NodeQuestion =
  | { readonly kind: 'start'; readonly bench: BenchConfig }
  | {
      readonly kind: 'login';
      /** Each of these goes on as soon as it is done. */
      readonly accounts: readonly number[];
      /** No login begins after it. */
      readonly forMs: number;
    }
  | { readonly kind: 'stop' };

/** By outcome, or by why there was none; how long those took that went well; and what it cost this process. */
export interface LoginsDone {
  readonly outcomes: Readonly<Record<string, number>>;
  readonly cpuMs: number;
  readonly loginMs: readonly number[];
}

let prober: Prober | null = null;

serveParent(async (question: NodeQuestion) => {
  if (question.kind === 'start') {
    prober = await startProber(question.bench);
    return null;
  }
  if (!prober) throw new Error('the node was not started');
  if (question.kind === 'stop') {
    await prober.stop();
    return null;
  }
  return logins(prober, question.accounts, question.forMs);
});

async function logins(prober: Prober, accounts: readonly number[], forMs: number): Promise<LoginsDone> {
  const outcomes: Record<string, number> = {};
  const loginMs: number[] = [];
  const cpuBefore = cpuMs();
  const untilMs = performance.now() + forMs;
  const loop = async (account: number) => {
    while (performance.now() < untilMs) {
      const began = performance.now();
      const outcome = await prober.login(account).then((ended) => ended.outcome, String);
      if (outcome === 'ok') loginMs.push(performance.now() - began);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(accounts.map(loop));
  return { outcomes, cpuMs: cpuMs() - cpuBefore, loginMs };
}
