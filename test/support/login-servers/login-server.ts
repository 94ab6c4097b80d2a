import type { RunningServer } from './server.ts';

/** How a login server behaves: each of them can do all of it, in its own manner. */
export interface Manner {
  /** The account is locked, or there were too many requests. */
  locked: boolean;
  /** It answers that it cannot send the code. */
  cannotSend: boolean;
  /** It signs in with the password alone. */
  skipsSecondFactor: boolean;
}

export interface LoginServer extends RunningServer {
  /** How `kind: http` logs in to it: settings, as YAML. */
  readonly flow: string;
  readonly manner: Manner;
  /** Codes that it sent, first to last. */
  readonly sent: string[];
  /** Sessions that passed both factors and were not ended. */
  readonly sessions: Set<string>;
}

export const USER = 'ada';
export const PASSWORD = 'right horse';

export const healthy = (): Manner => ({ locked: false, cannotSend: false, skipsSecondFactor: false });
