import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemClock } from '../../src/runtime/system-clock.ts';
import { createSimulator, type Simulator, type SimulatorAddress } from '../../src/sim/simulator.ts';
import type { WorldOptions } from '../../src/sim/world.ts';
import { currentTest, type Finish } from './finish.ts';
import { freePort } from './free-port.ts';
import { holdSleeps } from './held-clock.ts';
import { RACK_SECRET, simConfig, type ConfigData } from './sim-config.ts';

/** A simulator in this process, and the files of a daemon that will run in another. */
export interface SimStage {
  readonly sim: Simulator;
  readonly address: SimulatorAddress;
  readonly folder: string;
  readonly configFile: string;
  readonly hooks: string;
  /** Writes the configuration, after a change. */
  write(change?: (config: ConfigData) => void): Promise<void>;
  /** Brings the messages that are on their way, when `held`. */
  deliver(): void;
  onTheWay(count: number): Promise<void>;
}

/** Messages that take 50 ms and are never lost; they stay on their way until told to arrive when `held`. */
export async function createSimStage({
  held = false,
  world = {},
  onTestFinished = currentTest,
}: { held?: boolean; world?: WorldOptions; onTestFinished?: Finish } = {}): Promise<SimStage> {
  const swift = { mu: Math.log(0.05), sigma: 0, floorMs: 50, retryShare: 0, lossShare: 0, duplicateShare: 0 };
  const clock = createSystemClock();
  const holding = holdSleeps(clock);
  const carriers = { 'carrier-a': swift, 'carrier-b': swift };
  const sim = createSimulator({
    clock: held ? holding : clock,
    seed: 'stage',
    world: { carriers, ...world },
  });
  const address = await sim.start();
  const folder = await mkdtemp(join(tmpdir(), 'twofa-daemon-'));
  const configFile = join(folder, 'twofa-prober.yaml');
  const hooks = `127.0.0.1:${await freePort()}`;
  const data = simConfig(sim.world, { ...address, hooks });
  for (const { name } of sim.world.phones) {
    sim.connect(name, { manner: 'webhook', url: `http://${hooks}/hooks/rack`, secret: RACK_SECRET });
  }
  onTestFinished(async () => {
    await sim.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    sim,
    address,
    folder,
    configFile,
    hooks: `http://${hooks}`,
    async write(change) {
      change?.(data);
      await writeFile(configFile, JSON.stringify(data));
    },
    deliver: () => holding.release(),
    onTheWay: (count) => holding.asleep(count),
  };
}
