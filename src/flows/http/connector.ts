import { buildConnector } from 'undici';
import type { Clock } from '../../ports/clock.ts';
import type { Socket } from 'node:net';

/** How long the parts of opening a connection took, in milliseconds; null for a part that did not happen. */
export interface ConnectTimes {
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
}

export const REUSED_CONNECTION: ConnectTimes = { dnsMs: null, connectMs: null, tlsMs: null };

export interface TimedConnector {
  readonly connect: buildConnector.connector;
  /** The times of the connection opened last, once: a request that finds none reuses a connection. */
  takeTimes(): ConnectTimes;
  /** Destroys every socket, also those that are still connecting. */
  destroy(): void;
}

interface Marks {
  startMs: number;
  lookupMs: number | null;
  connectMs: number | null;
}

/** Opens connections, times them and keeps hold of them, so that none outlives its attempt. */
export function createTimedConnector(clock: Clock): TimedConnector {
  // Ours to bound: every request has one time limit over everything, connecting included.
  const open = buildConnector({ timeout: 0, allowH2: false });
  const sockets = new Set<Socket>();
  let times: ConnectTimes | null = null;

  return {
    connect(options, callback) {
      const marks: Marks = { startMs: clock.monotonicMs(), lookupMs: null, connectMs: null };
      const finish: buildConnector.Callback = (...[error, socket]) => {
        if (error) return callback(error, null);
        times = timesOf(marks, options.protocol === 'https:' ? clock.monotonicMs() : null);
        return callback(null, socket);
      };
      // The types hide that the connector hands back the socket at once.
      const opening: unknown = open(options, finish);
      if (!isSocket(opening)) return;
      sockets.add(opening);
      opening.once('close', () => sockets.delete(opening));
      opening.once('lookup', () => (marks.lookupMs = clock.monotonicMs()));
      opening.prependOnceListener('connect', () => (marks.connectMs = clock.monotonicMs()));
    },
    takeTimes() {
      const taken = times ?? REUSED_CONNECTION;
      times = null;
      return taken;
    },
    destroy() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function timesOf(marks: Marks, securedMs: number | null): ConnectTimes {
  const { startMs, lookupMs, connectMs } = marks;
  return {
    dnsMs: lookupMs === null ? null : lookupMs - startMs,
    connectMs: connectMs === null ? null : connectMs - (lookupMs ?? startMs),
    tlsMs: securedMs === null || connectMs === null ? null : securedMs - connectMs,
  };
}

const isSocket = (value: unknown): value is Socket =>
  typeof value === 'object' && value !== null && 'destroy' in value && 'prependOnceListener' in value;
