import { z } from 'zod';
import type { AttemptFailure } from '../domain/failure.ts';
import { SECOND } from '../domain/units.ts';
import { defineKind } from '../ports/kind.ts';
import type { Sender } from '../ports/sender.ts';
import { money } from '../ports/settings.ts';
import { runProgram, type ProgramEnd } from './run-program.ts';
import { sendFailure } from './send-failure.ts';

const schema = z.strictObject({
  /** The program, by name (in /usr/local/bin, /usr/bin, /bin) or absolute path. */
  program: z.string().min(1).default('gammu-smsd-inject'),
  /** The configuration of the SMSD that sends; its own default is /etc/gammu-smsdrc. */
  config: z.string().startsWith('/', 'expected an absolute path such as /etc/gammu-smsdrc').optional(),
  /** What one message costs. */
  perSms: money().prefault(0),
});

type Settings = z.output<typeof schema>;

/** Putting a message into the queue is quick; a database that hangs is not. */
const TIMEOUT_MS = 10 * SECOND;

/** Sends our own SMS through a modem of this machine: puts it into the queue of gammu-smsd, once. */
export const gammuSender = defineKind({
  kind: 'gammu-smsd-inject',
  schema,
  create: (settings: Settings): Sender => ({
    perSms: settings.perSms,
    async send(to, text, signal) {
      const end = await runProgram(settings.program, argumentsOf(settings, to, text), {
        input: text,
        timeoutMs: TIMEOUT_MS,
        signal,
      });
      const id = end.status === 0 ? idIn(end.output) : null;
      if (id === null) throw failureOf(settings, end);
      return { providerId: id };
    },
  }),
});

/** The text goes by standard input: arguments are shown to every user of the machine. */
function argumentsOf({ config }: Settings, to: string, text: string): string[] {
  const unicode = /^[\x20-\x7e]*$/.test(text) ? [] : ['-unicode'];
  return [...(config === undefined ? [] : ['-c', config]), 'TEXT', to, ...unicode];
}

/** `Written message with ID …`: a row's number, or a file's path, which holds the receiver's number. */
function idIn(output: string): string | null {
  const written = /^Written message with ID (.+)$/m.exec(output)?.[1]?.trim();
  if (written === undefined) return null;
  const name = written.split('/').at(-1) ?? '';
  return name.replace(/_[+]?[0-9]+_sms/, '_sms').slice(0, 200);
}

function failureOf({ program }: Settings, end: ProgramEnd): AttemptFailure {
  const common = { provider: 'gammu-smsd', whenDown: 'check that its service backend answers' };
  if (end.status === null) {
    const whenRefused = `install gammu-smsd on this machine, or set \`program\` (found ${program})`;
    const started = end.found !== 'not started';
    const found = started ? end.found : `the program could not be started (${end.code})`;
    return sendFailure({ ...common, status: started ? null : 400, found, whenRefused });
  }
  const found =
    end.status === 0 ? 'it ended well but named no message' : `the program ended with status ${end.status}`;
  const whenRefused =
    'check `config`, and that this user may read it and write to the outbox; run the program by hand to see what it says';
  return sendFailure({ ...common, status: 400, found, whenRefused });
}
