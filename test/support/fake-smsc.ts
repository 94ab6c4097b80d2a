import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import smpp, { type Fields, type Pdu, type Session } from 'smpp';
import { onTestFinished } from 'vitest';
import { loadSmpp } from '../../src/vendors/smpp.ts';
import { SELF_SIGNED } from './login-servers/self-signed.ts';

/** An SMSC with one customer, built with npm's `smpp`; what it does is up to the test. */
export interface FakeSmsc {
  readonly port: number;
  /** Every request that it got, in all sessions. */
  readonly requests: Pdu[];
  /** The status of the next binds; ESME_ROK at first. */
  bindStatus: number;
  /** Whether binds, enquire_link and unbind are answered at all. */
  silent: boolean;
  /** Resolves with the next bound session, or the one that there is. */
  bound(): Promise<BoundSession>;
  /** Resolves when a request of this kind comes after now. */
  next(command: string): Promise<Pdu>;
  /** How many connections there are. */
  readonly open: number;
}

export interface BoundSession {
  /** Sends a request; resolves with the answer, or null when the connection ends before it. */
  request(command: string, fields?: Fields): Promise<Pdu | null>;
  /** Sends octets that are no PDU. */
  write(octets: Buffer): void;
  /** Ends the connection; what was not read yet is lost. */
  drop(): void;
  readonly gone: Promise<void>;
}

export async function startFakeSmsc(options: { readonly tls?: boolean } = {}): Promise<FakeSmsc> {
  await loadSmpp();
  const sockets = new Set<Socket>();
  const waiting: { command: string; resolve: (pdu: Pdu) => void }[] = [];
  const binds: ((session: BoundSession) => void)[] = [];
  let current: BoundSession | null = null;
  const server = smpp.createServer(options.tls ? SELF_SIGNED : {}, (session) => serve(session));

  function serve(session: Session): void {
    sockets.add(session.socket);
    session.on('close', () => sockets.delete(session.socket));
    session.on('error', () => undefined);
    session.on('pdu', (pdu) => {
      if (!pdu.isResponse()) receive(session, pdu);
    });
  }

  function receive(session: Session, pdu: Pdu): void {
    smsc.requests.push(pdu);
    const status = pdu.command.startsWith('bind_') ? smsc.bindStatus : 0;
    if (!smsc.silent) session.send(pdu.response({ command_status: status }));
    if (pdu.command.startsWith('bind_') && status === 0 && !smsc.silent) announce(boundSession(session));
    for (const one of waiting.splice(0)) {
      if (one.command === pdu.command) one.resolve(pdu);
      else waiting.push(one);
    }
  }

  function announce(session: BoundSession): void {
    current = session;
    const forget = () => void (current === session && (current = null));
    void session.gone.then(forget);
    for (const resolve of binds.splice(0)) resolve(session);
  }

  const smsc: FakeSmsc = {
    port: 0,
    requests: [],
    bindStatus: 0,
    silent: false,
    bound: () => (current ? Promise.resolve(current) : new Promise((resolve) => void binds.push(resolve))),
    next: (command) => new Promise((resolve) => void waiting.push({ command, resolve })),
    get open() {
      return sockets.size;
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return Object.defineProperty(smsc, 'port', { value: (server.address() as AddressInfo).port });
}

function boundSession(session: Session): BoundSession {
  const gone = new Promise<void>((resolve) => void session.on('close', resolve));
  return {
    gone,
    request: (command, fields) =>
      Promise.race([
        new Promise<Pdu>((resolve) => void session.send(new smpp.PDU(command, fields), resolve)),
        gone.then(() => null),
      ]),
    write: (octets) => void session.socket.write(octets),
    drop: () => session.destroy(),
  };
}
