import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finish } from './finish.ts';

/** gammu-smsd with Gammu's DUMMY phone: receives what is put into its folder, as a modem's memory would. */
export interface DummyPhone {
  readonly config: string;
  /** Where SMSD keeps what it has sent. */
  readonly sent: string;
  /** The phone receives a message of these parts. */
  receive(from: string, ...parts: string[]): Promise<void>;
}

export async function startDummyPhone(
  folder: string,
  options: { runOnReceive: string; env: Record<string, string>; onTestFinished: Finish },
): Promise<DummyPhone> {
  const memory = join(folder, 'phone/sms/1');
  const places = Object.fromEntries(
    ['inbox', 'outbox', 'sent', 'error'].map((name) => [name, join(folder, name)]),
  );
  await Promise.all([memory, ...Object.values(places)].map((path) => mkdir(path, { recursive: true })));
  const config = join(folder, 'gammu-smsdrc');
  await writeFile(
    config,
    `[gammu]
model = dummy
connection = none
port = ${join(folder, 'phone')}
gammuloc = /dev/null
[smsd]
Service = files
InboxPath = ${places['inbox']}/
OutboxPath = ${places['outbox']}/
SentSMSPath = ${places['sent']}/
ErrorSMSPath = ${places['error']}/
PhoneID = rack-1
CommTimeout = 1
ReceiveFrequency = 1
RunOnReceive = ${options.runOnReceive}
LogFile = ${join(folder, 'smsd.log')}
`,
  );
  const smsd = spawn('/usr/bin/gammu-smsd', ['-c', config], {
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...options.env },
    stdio: 'ignore',
  });
  const ended = once(smsd, 'close');
  options.onTestFinished(async () => {
    smsd.kill('SIGTERM');
    await ended;
  });
  let place = 0;
  return {
    config,
    sent: places['sent'] ?? '',
    async receive(from, ...parts) {
      const reference = (place % 250) + 1;
      const files = parts.map((text, at) => {
        const udh = parts.length > 1 ? `050003${hex(reference)}${hex(parts.length)}${hex(at + 1)}` : null;
        place += 1;
        return { path: join(memory, String(place)), backup: backupOf(from, text, udh) };
      });
      // Each appears whole: SMSD looks every second.
      for (const { path, backup } of files) {
        await writeFile(join(folder, 'draft'), backup);
        await rename(join(folder, 'draft'), path);
      }
    },
  };
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0').toUpperCase();
const utf16 = (text: string): string => Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase();

/** Gammu's own format of a received message: https://docs.gammu.org/formats/smsbackup.html */
function backupOf(from: string, text: string, udh: string | null): string {
  const lines = utf16(text).match(/.{1,200}/g) ?? [''];
  return `[SMSBackup000]
PDU = Deliver
DateTime = ${new Date()
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\.[0-9]+/, '')}
State = UnRead
Number = "${from}"
NumberUnicode = ${utf16(from)}
Name = ""
NameUnicode = 
${lines.map((line, at) => `Text${String(at).padStart(2, '0')} = ${line}`).join('\n')}
Coding = Unicode_No_Compression
Folder = 1
Length = ${text.length}
Class = -1
ReplySMSC = False
RejectDuplicates = False
ReplaceMessage = 0
MessageReference = 0
${udh === null ? '' : `UDH = ${udh}\n`}`;
}
