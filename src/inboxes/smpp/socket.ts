import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface SmscAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Certificates to trust instead of the usual authorities, in PEM. */
  readonly ca?: string | undefined;
}

/** Opens a connection, encrypted or not. Rejects with what went wrong, in words. */
export async function openSocket(address: SmscAddress, signal: AbortSignal): Promise<Socket> {
  const { host, port, tls, ca } = address;
  const socket = tls
    ? connectTls({ host, port, ...nameOf(host), ...(ca === undefined ? {} : { ca }) })
    : connectTcp({ host, port });
  // Between here and whoever listens next.
  socket.on('error', () => undefined);
  try {
    await once(socket, tls ? 'secureConnect' : 'connect', { signal });
    // Answers are small, and someone waits for each.
    socket.setNoDelay(true);
    return socket;
  } catch (error) {
    socket.destroy();
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
    throw new Error(`cannot connect to ${host}:${port} (${code})${remedyOf(code)}`, { cause: error });
  }
}

/** Names are asked for by name (SNI); addresses must not be. */
const nameOf = (host: string) => (isIP(host) === 0 ? { servername: host } : {});

function remedyOf(code: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return '; check host';
  if (code === 'ECONNREFUSED') return '; check host and port';
  if (/CERT|SELF_SIGNED|ISSUER/.test(code)) return '; put its certificate into ca if it is the right one';
  if (/SSL|TLS/.test(code)) return '; check port and tls';
  return '; check host, port, and whether the SMSC admits this address';
}
