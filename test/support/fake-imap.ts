import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { imapDate } from './imap-date.ts';

/** As much of an IMAP server (RFC 9051) as a test of ours needs: one user, one folder. */
export interface FakeImap {
  readonly port: number;
  /** Every command, without its tag. */
  readonly commands: string[];
  password: string;
  uidValidity: number;
  /** Whether new mails are told of while a client listens. */
  pushes: boolean;
  /** Whether commands are answered at all. */
  silent: boolean;
  /** Puts a mail into the folder. */
  append(source: string, at: number): void;
  /** Forgets all mails, as when the folder was made anew. */
  clear(): void;
  /** Resolves when a command that starts so comes after now. */
  next(command: string): Promise<void>;
  drop(): void;
  readonly open: number;
}

interface Mail {
  readonly uid: number;
  readonly at: number;
  readonly source: Buffer;
}

interface Client {
  readonly socket: Socket;
  told: number;
  idleTag: string | null;
}

export const IMAP_USER = 'codes@acme.example';

export async function startFakeImap(): Promise<FakeImap> {
  const clients = new Set<Client>();
  const waiting: { command: string; resolve: () => void }[] = [];
  let mails: Mail[] = [];
  let uidNext = 1;

  const exists = (client: Client): string => {
    client.told = mails.length;
    return `* ${mails.length} EXISTS\r\n`;
  };

  function answer(client: Client, tag: string, command: string): string {
    const [verb = '', ...words] = command.split(' ');
    const done = (text = '') => `${text}${tag} OK done\r\n`;
    const [first = ''] = words;
    switch (verb.toUpperCase()) {
      case 'CAPABILITY':
        return done('* CAPABILITY IMAP4rev1 IDLE\r\n');
      case 'LOGIN':
        return words.join(' ') === `"${IMAP_USER}" "${imap.password}"`
          ? done()
          : `${tag} NO [AUTHENTICATIONFAILED] wrong\r\n`;
      case 'LIST':
      case 'LSUB':
        return done(`* ${verb} () "/" INBOX\r\n`);
      case 'SELECT':
      case 'EXAMINE':
        if (first !== 'INBOX') return `${tag} NO [NONEXISTENT] no such folder\r\n`;
        return done(
          `* FLAGS (\\Seen)\r\n${exists(client)}* OK [UIDVALIDITY ${imap.uidValidity}] valid\r\n* OK [UIDNEXT ${uidNext}] next\r\n`,
        );
      case 'NOOP':
        return done(client.told === mails.length ? '' : exists(client));
      case 'IDLE':
        client.idleTag = tag;
        return `+ idling\r\n${client.told === mails.length || !imap.pushes ? '' : exists(client)}`;
      case 'FETCH':
        return done(fetched(first, words.slice(1).join(' '), (_mail, sequence) => sequence));
      case 'UID':
        if (first.toUpperCase() !== 'FETCH') return done();
        return done(fetched(words[1] ?? '', words.slice(2).join(' '), ({ uid }) => uid));
      case 'LOGOUT':
        setImmediate(() => client.socket.end());
        return done('* BYE\r\n');
      default:
        return done();
    }
  }

  function fetched(range: string, items: string, numberOf: (mail: Mail, sequence: number) => number): string {
    const [from = '', to = from] = range.split(':');
    const last = mails.length === 0 ? 0 : numberOf(mails.at(-1) as Mail, mails.length);
    const [low, high] = [Number(from), to === '*' ? last : Number(to)].toSorted((a, b) => a - b);
    return mails
      .map((mail, index) => {
        const number = numberOf(mail, index + 1);
        if (number < (low ?? 0) || number > (high ?? 0)) return '';
        const text = mail.source.toString('latin1');
        const body = items.includes('BODY') ? ` BODY[]<0> {${mail.source.length}}\r\n${text}` : '';
        return `* ${index + 1} FETCH (UID ${mail.uid} INTERNALDATE "${imapDate(mail.at)}"${body})\r\n`;
      })
      .join('');
  }

  function receive(client: Client, line: string): void {
    if (imap.silent) return;
    if (line.toUpperCase() === 'DONE') {
      client.socket.write(`${client.idleTag} OK done\r\n`);
      client.idleTag = null;
      return;
    }
    const [tag = '', ...words] = line.split(' ');
    const command = words.join(' ');
    imap.commands.push(command);
    client.socket.write(Buffer.from(answer(client, tag, command), 'latin1'));
    for (const one of waiting.splice(0)) {
      if (command.startsWith(one.command)) one.resolve();
      else waiting.push(one);
    }
  }

  const server = createServer((socket) => {
    const client: Client = { socket, told: 0, idleTag: null };
    let buffered = '';
    clients.add(client);
    socket.on('close', () => clients.delete(client));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const lines = (buffered + chunk.toString('latin1')).split('\r\n');
      buffered = lines.pop() ?? '';
      for (const line of lines) receive(client, line);
    });
    socket.write('* OK ready\r\n');
  });

  const imap: FakeImap = {
    port: 0,
    commands: [],
    password: 'pw-of-us',
    uidValidity: 7,
    pushes: true,
    silent: false,
    append: (source, at) => {
      mails.push({ uid: uidNext, at, source: Buffer.from(source) });
      uidNext += 1;
      for (const client of clients)
        if (client.idleTag !== null && imap.pushes) client.socket.write(exists(client));
    },
    clear: () => {
      mails = [];
      uidNext = 1;
    },
    next: (command) => new Promise((resolve) => void waiting.push({ command, resolve })),
    drop: () => {
      for (const { socket } of clients) socket.destroy();
    },
    get open() {
      return clients.size;
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    imap.drop();
    server.close();
  });
  return Object.defineProperty(imap, 'port', { value: (server.address() as AddressInfo).port });
}
