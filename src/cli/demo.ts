import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../app/create-app.ts';
import { createSystemClock } from '../runtime/system-clock.ts';
import { createSimulator, type Simulator } from '../sim/simulator.ts';
import { load, loadOrShow, loggerOf, type CommandContext } from './context.ts';
import { demoConfig } from './demo-config.ts';
import { demoScenarios } from './demo-scenarios.ts';
import { DEMO_WORLD } from './demo-world.ts';
import { EXIT } from './exit-status.ts';
import { freePort } from './free-port.ts';
import { runUntilInterrupted } from './start.ts';

const WEB = '127.0.0.1:9823';

/** `demo`: a simulated login, carrier and phones, and the real daemon against them. Leaves nothing behind. */
export async function demo(context: CommandContext): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'twofa-prober-demo-'));
  const clock = createSystemClock();
  const simulator = createSimulator({ clock, seed: `demo-${clock.now()}`, world: DEMO_WORLD });
  try {
    const address = await simulator.start();
    const web = context.flags.webListenAddress ?? WEB;
    // Nobody types this address: any free port will do, so that a demo can run beside a daemon.
    const hooks = `127.0.0.1:${await freePort('127.0.0.1')}`;
    const text = demoConfig(simulator.world, { ...address, web, hooks });
    const configFile = join(folder, 'twofa-prober.yaml');
    await writeFile(configFile, text, { mode: 0o600 });
    return await watch(
      { ...context, flags: { ...context.flags, configFile } },
      simulator,
      address.controlUrl,
    );
  } finally {
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function watch(context: CommandContext, simulator: Simulator, controlUrl: string): Promise<number> {
  const { terminal, version } = context;
  const loaded = await load(context);
  if (!loaded.ok) {
    await loadOrShow(context);
    return EXIT.usage;
  }
  const { config } = loaded;
  const app = await createApp(config, {
    version,
    logger: loggerOf(context),
    notice: NOTICE,
    demo: demoScenarios(simulator),
  });
  return runUntilInterrupted(context, app, ({ web, hooks }) => {
    if (!web || !hooks) return;
    for (const { name } of simulator.world.phones) {
      simulator.connect(name, {
        manner: 'twilio',
        smsUrl: `http://${hooks.host}:${hooks.port}/hooks/carrier`,
      });
    }
    const scheme = config.webGuard?.guard.tls ? 'https' : 'http';
    terminal.out(welcome(`${scheme}://${web.host}:${web.port}`, controlUrl));
  });
}

const NOTICE =
  'The login, the carriers and the phones are simulated, what watches them is real. Switch off the code sender (sms-sender-off), and the verdict follows in about four minutes.';

const welcome = (page: string, controlUrl: string): string => `
  twofa-prober demo: a simulated login service, carrier and phones, and the real daemon watching them.

    status page   ${page}/
    metrics       ${page}/metrics
    break things  with the buttons of that page, or on ${controlUrl}

  Ctrl-C ends it.

`;
