/** What is used of npm's `hoodiecrow-imap` (2.1.0), which brings no types of its own. */
declare module 'hoodiecrow-imap' {
  import type { Server, Socket } from 'node:net';

  interface Hoodiecrow {
    readonly server: Server;
    /** Each connection that is opened. */
    readonly connectionHandlers: ((connection: { readonly socket: Socket }) => void)[];
    listen(port: number, host: string): void;
    appendMessage(folder: string, flags: readonly string[], internalDate: string, raw: string): void;
  }

  export default function createServer(options: {
    readonly plugins: readonly string[];
    readonly secureConnection: boolean;
    readonly credentials: { readonly key: string; readonly cert: string };
    readonly users: Readonly<Record<string, { readonly password: string }>>;
    readonly storage: Readonly<Record<string, object>>;
  }): Hoodiecrow;
}
