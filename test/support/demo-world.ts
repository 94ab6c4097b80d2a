import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp, type App } from '../../src/app/create-app.ts';
import { KINDS } from '../../src/app/kinds.ts';
import { demoConfig } from '../../src/cli/demo-config.ts';
import { demoScenarios } from '../../src/cli/demo-scenarios.ts';
import { DEMO_WORLD } from '../../src/cli/demo-world.ts';
import { loadConfig } from '../../src/config/load.ts';
import { createClockTicker } from '../../src/runtime/clock-ticker.ts';
import { createPacedClock } from '../../src/runtime/paced-clock.ts';
import { createSimulator, type Simulator } from '../../src/sim/simulator.ts';
import { freePort } from './free-port.ts';

export interface DemoWorld {
  readonly app: App;
  readonly simulator: Simulator;
  /** Base address of the status page. */
  readonly url: string;
  stop(): Promise<void>;
}

/** What `demo` starts, so many times as fast. Real time is for looking on. */
export async function startDemoWorld(speed: number): Promise<DemoWorld> {
  const clock = createPacedClock(speed);
  const simulator = createSimulator({ clock, seed: 'page', world: DEMO_WORLD });
  const address = await simulator.start();
  const hooks = `127.0.0.1:${await freePort()}`;
  const folder = await mkdtemp(join(tmpdir(), 'twofa-demo-'));
  const file = join(folder, 'demo.yaml');
  await writeFile(file, demoConfig(simulator.world, { ...address, web: '127.0.0.1:0', hooks }));
  const loaded = await loadConfig(file, { kinds: KINDS });
  if (!loaded.ok) throw new Error(`the demo's own configuration: ${JSON.stringify(loaded.faults)}`);
  const app = await createApp(loaded.config, {
    version: 'test',
    logger: { log: () => undefined },
    clock,
    ticker: createClockTicker(clock),
    notice: 'All of it is simulated.',
    demo: demoScenarios(simulator),
  });
  for (const { name } of simulator.world.phones)
    simulator.connect(name, { manner: 'twilio', smsUrl: `http://${hooks}/hooks/carrier` });
  const { web } = await app.start();
  return {
    app,
    simulator,
    url: `http://${web?.host}:${web?.port}`,
    async stop() {
      await app.stop();
      await simulator.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
