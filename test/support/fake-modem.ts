import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { smsDeliver } from './sms-pdu.ts';

/** A GSM modem behind a socket, as much of one (3GPP TS 27.005 and 27.007) as an SMS daemon asks of it. */
export interface FakeModem {
  readonly port: number;
  /** Puts a message into its memory. */
  receive(message: Parameters<typeof smsDeliver>[0]): void;
  /** How many messages it still has. */
  readonly kept: number;
}

const PLACES = 20;

export async function startFakeModem(): Promise<FakeModem> {
  const memory = new Map<number, string>();
  const sockets = new Set<Socket>();
  let place = 0;

  function answer(command: string): string {
    const place = Number(/=([0-9]+)/.exec(command)?.[1] ?? 0);
    if (command.startsWith('AT+CPMS')) {
      const state = `"SM",${memory.size},${PLACES}`;
      return `+CPMS: ${state},${state},${state}\r\n\r\nOK`;
    }
    if (command.startsWith('AT+CMGR')) {
      const pdu = memory.get(place);
      // The length leaves out the SMS centre's address, which is one octet here.
      return pdu === undefined ? 'OK' : `+CMGR: 0,,${pdu.length / 2 - 1}\r\n${pdu}\r\n\r\nOK`;
    }
    if (command.startsWith('AT+CMGD')) memory.delete(place);
    if (command.startsWith('AT+CSQ')) return '+CSQ: 20,0\r\n\r\nOK';
    if (command.startsWith('AT+CREG')) return '+CREG: 0,1\r\n\r\nOK';
    if (command.startsWith('AT+CPIN')) return '+CPIN: READY\r\n\r\nOK';
    return 'OK';
  }

  const server = createServer((socket) => {
    let buffered = '';
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const lines = (buffered + chunk.toString('latin1')).split(/[\r\n]+/);
      buffered = lines.pop() ?? '';
      for (const line of lines.filter((text) => text.startsWith('AT')))
        socket.write(`\r\n${answer(line)}\r\n`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    receive(message) {
      place += 1;
      memory.set(place, smsDeliver(message));
    },
    get kept() {
      return memory.size;
    },
  };
}
