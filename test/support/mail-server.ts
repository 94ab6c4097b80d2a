import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import createHoodiecrow from 'hoodiecrow-imap';
import { onTestFinished } from 'vitest';
import { imapDate } from './imap-date.ts';
import { SELF_SIGNED } from './login-servers/self-signed.ts';

/** An IMAP server that was not written by us: npm's `hoodiecrow-imap`, over TLS. For faults there is `fake-imap.ts`. */
export interface MailServer {
  readonly port: number;
  readonly ca: string;
  /** Puts a mail into the folder INBOX, and tells who listens. */
  append(source: string, at: number): void;
  /** Breaks all connections. */
  drop(): void;
}

export async function startMailServer(user: string, password: string): Promise<MailServer> {
  const mails = createHoodiecrow({
    plugins: ['IDLE'],
    secureConnection: true,
    credentials: SELF_SIGNED,
    users: { [user]: { password } },
    storage: { INBOX: {}, '': {} },
  });
  const sockets = new Set<Socket>();
  mails.connectionHandlers.push(({ socket }) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  mails.listen(0, '127.0.0.1');
  await once(mails.server, 'listening');
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    drop();
    mails.server.close();
  });
  return {
    port: (mails.server.address() as AddressInfo).port,
    ca: SELF_SIGNED.cert,
    append: (source, at) => mails.appendMessage('INBOX', [], imapDate(at), source),
    drop,
  };
}
