import { createServer, type RequestListener } from 'node:http';

export interface Listening {
  readonly port: number;
  /** Resolves when no connection is left. */
  close(): Promise<void>;
}

/** Serves on the loopback address. Rejects when the port is taken. */
export function listen(app: RequestListener, port: number): Promise<Listening> {
  const server = createServer(app);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: address !== null && typeof address === 'object' ? address.port : port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}
