import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Address {
  readonly host: string;
  readonly port: number;
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use already',
  EADDRNOTAVAIL: 'is no address of this machine',
  EACCES: 'may not be listened on by this user',
};

/** Answers the address that is listened on: port 0 takes any free one. `setting`: where the address can be changed. */
export function listen(server: Server, { host, port }: Address, setting: string): Promise<Address> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      const code = 'code' in error ? String(error.code) : '';
      const reason = REASONS[code];
      const advice =
        code === 'EADDRINUSE'
          ? `stop what listens there, or set another ${setting}`
          : `set another ${setting}`;
      reject(reason ? new Error(`${host}:${port} ${reason} (${code}): ${advice}`, { cause: error }) : error);
    };
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      const { address, port: bound } = server.address() as AddressInfo;
      resolve({ host: address, port: bound });
    });
  });
}
