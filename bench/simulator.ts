// The simulator as a child: first asked for a world, then for the truth.
import { createSystemClock } from '../src/runtime/system-clock.ts';
import { createSimulator, type Simulator } from '../src/sim/simulator.ts';
import type { WorldOptions } from '../src/sim/world.ts';
import { serveParent } from './children.ts';

export type SimulatorQuestion =
  | { readonly kind: 'start'; readonly world: WorldOptions; readonly hook: Hook; readonly secret: string }
  | { readonly kind: 'truth' };

/** Where messages are brought: one address for all phones, or one for each, in their order. */
type Hook = string | readonly string[];

/** When a code was really asked for, and when its message was written to us, on one clock. */
export interface TrueDelivery {
  readonly attempt: string;
  readonly ms: number;
}

let simulator: Simulator | null = null;

serveParent(async (question: SimulatorQuestion) => {
  if (question.kind === 'truth') return simulator && truthOf(simulator);
  simulator = createSimulator({ clock: createSystemClock(), seed: 'bench', world: question.world });
  const { loginUrl } = await simulator.start();
  const { hook, secret } = question;
  for (const [index, { name }] of simulator.world.phones.entries()) {
    const url = typeof hook === 'string' ? hook : (hook[index] ?? '');
    simulator.connect(name, { manner: 'webhook', url, secret });
  }
  const accounts = simulator.world.accounts.map(({ username, password }) => ({ username, password }));
  return { loginUrl, accounts };
});

const truthOf = ({ truth }: Simulator): TrueDelivery[] =>
  truth.sends().flatMap(({ attempt, requestedAtMs, message }) => {
    const push = message?.deliveries[0]?.pushes[0];
    return attempt === null || !push ? [] : [{ attempt, ms: push.atMs - requestedAtMs }];
  });
