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
      readonly logins: number;
    }
  | { readonly kind: 'stop' };

/** By outcome, and what it cost this process. */
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
  return logins(prober, question.accounts, question.logins);
});

async function logins(prober: Prober, accounts: readonly number[], count: number): Promise<LoginsDone> {
  const outcomes: Record<string, number> = {};
  const loginMs: number[] = [];
  const cpuBefore = cpuMs();
  let left = count;
  const loop = async (account: number) => {
    while (left > 0) {
      left -= 1;
      const began = performance.now();
      const { outcome } = await prober.login(account);
      loginMs.push(performance.now() - began);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(accounts.map(loop));
  return { outcomes, cpuMs: cpuMs() - cpuBefore, loginMs };
}
