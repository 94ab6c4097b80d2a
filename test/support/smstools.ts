import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startFakeModem, type FakeModem } from './fake-modem.ts';

export interface Smstools {
  readonly modem: FakeModem;
  /** Where it leaves what it received. */
  readonly incoming: string;
}

/** Debian's smsd of smstools, with one modem named GSM1, of ours, which it reaches over a socket. */
export async function startSmstools(
  folder: string,
  options: {
    eventhandler: string;
    incomingUtf8: boolean;
    env: Record<string, string>;
  },
): Promise<Smstools> {
  const modem = await startFakeModem();
  const incoming = join(folder, 'incoming');
  const places = ['outgoing', 'checked', 'incoming', 'report', 'sent', 'failed'];
  await Promise.all(places.map((name) => mkdir(join(folder, name))));
  const config = join(folder, 'smsd.conf');
  await writeFile(
    config,
    `devices = GSM1
${places.map((name) => `${name} = ${join(folder, name)}`).join('\n')}
logfile = ${join(folder, 'smsd.log')}
infofile = ${join(folder, 'smsd.working')}
pidfile = ${join(folder, 'smsd.pid')}
loglevel = 7
delaytime = 1
eventhandler = ${options.eventhandler}
${options.incomingUtf8 ? 'incoming_utf8 = yes\n' : ''}
[GSM1]
device = @127.0.0.1:${modem.port}
init = AT
incoming = yes
`,
  );
  // A group of its own: it has a process for each modem.
  const smsd = spawn('/usr/sbin/smsd', ['-t', `-c${config}`], {
    env: { ...process.env, ...options.env },
    stdio: 'ignore',
    detached: true,
  });
  const ended = once(smsd, 'close');
  onTestFinished(async () => {
    if (smsd.pid !== undefined) process.kill(-smsd.pid, 'SIGKILL');
    await ended;
  });
  return { modem, incoming };
}
