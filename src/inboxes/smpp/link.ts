import type { Socket } from 'node:net';
import type { Fields, Pdu, Smpp } from 'smpp';

/** One connection that speaks SMPP. */
export interface Link {
  /** The answer; rejects when the connection ends before it. Waits as long as that, so bound it. */
  request(command: string, fields?: Fields): Promise<Pdu>;
  /** Answers a request of the other side; nothing happens when the connection is gone. */
  reply(request: Pdu, status: string): void;
  /** Resolves, once, with why the connection is over. */
  readonly over: Promise<string>;
  /** Ends the connection for this reason, if it is not over yet. */
  end(why: string): void;
}

/** Speaks SMPP over a socket. The listener must not throw; errors of the library end the connection, never the process. */
export function openLink(smpp: Smpp, socket: Socket, onRequest: (request: Pdu, link: Link) => void): Link {
  const session = new smpp.Session({ socket });
  const { promise: over, resolve: close } = Promise.withResolvers<string>();
  const waiting = new Set<(error: Error) => void>();

  function end(why: string): void {
    close(why);
    session.destroy();
    for (const reject of waiting) reject(new Error(why));
    waiting.clear();
  }

  function request(command: string, fields: Fields = {}): Promise<Pdu> {
    return new Promise((resolve, reject) => {
      waiting.add(reject);
      const sent = session.send(new smpp.PDU(command, fields), (answer) => {
        waiting.delete(reject);
        resolve(answer);
      });
      if (!sent) end(CLOSED);
    });
  }

  function reply(request: Pdu, status: string): void {
    session.send(request.response({ command_status: smpp.errors[status] ?? 0 }));
  }

  const link: Link = { over, end, request, reply };
  session.on('error', (error) => end(problemOf(error)));
  session.on('close', () => end(CLOSED));
  session.on('pdu', (pdu) => {
    if (!pdu.isResponse()) onRequest(pdu, link);
  });
  return link;
}

const CLOSED = 'the connection was closed';

/** A system's error by its code; anything else is the library's, about octets that it could not read. */
function problemOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (typeof code === 'string' && !code.startsWith('ERR_')) return `the connection broke (${code})`;
  return 'what came was not SMPP 3.4';
}
