import type { ImapFlow, ImapFlowOptions } from 'imapflow';
import type { Secret } from '../../domain/secret.ts';
import { SECOND } from '../../domain/units.ts';

export interface ImapSettings {
  readonly host: string;
  readonly port: number;
  readonly encryption: 'tls' | 'starttls' | 'none';
  /** Certificates to trust instead of the usual authorities, in PEM. */
  readonly ca?: string | undefined;
  readonly user: string;
  readonly password: Secret;
  readonly folder: string;
  readonly markSeen: boolean;
}

/** The library asks by itself whether an idle connection still lives. */
const IDLE_MS = 4 * 60 * SECOND;
/** After its last command the connection goes back to listening. */
const IDLE_DELAY_MS = 300;

/** A client that says nothing to any log, and has not connected yet. */
export async function createClient(settings: ImapSettings): Promise<ImapFlow> {
  const { ImapFlow } = await import('imapflow');
  const { host, port, encryption, ca, user, password } = settings;
  const options: ImapFlowOptions = {
    host,
    port,
    secure: encryption === 'tls',
    ...(encryption === 'tls' ? {} : { doSTARTTLS: encryption === 'starttls' }),
    ...(ca === undefined ? {} : { tls: { ca } }),
    auth: { user, pass: password.reveal() },
    clientInfo: { name: 'twofa-prober' },
    // Its log holds commands, and with them mails.
    logger: false,
    connectionTimeout: 10 * SECOND,
    greetingTimeout: 10 * SECOND,
    autoIdleDelay: IDLE_DELAY_MS,
    maxIdleTime: IDLE_MS,
    maxLiteralSize: 1024 * 1024,
    maxResponseSize: 16 * 1024 * 1024,
    maxLineLength: 1024 * 1024,
  };
  return new ImapFlow(options);
}

interface Thrown {
  readonly code: string | null;
  readonly refused: boolean;
  readonly words: string;
}

/** What went wrong, in words that hold nothing that the server wrote, and what to check. */
export function problemOf(error: unknown, settings: ImapSettings): string {
  const { code, refused, words } = readThrown(error);
  const place = `${settings.host}:${settings.port}`;
  if (refused)
    return 'the server refused the login; check user and password (many providers want an app password)';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `cannot connect to ${place} (${code}); check host`;
  if (code === 'ECONNREFUSED') return `cannot connect to ${place} (${code}); check host and port`;
  if (code !== null && /CERT|SELF_SIGNED|ISSUER/.test(code)) {
    return `cannot connect to ${place} (${code}); put its certificate into ca if it is the right one`;
  }
  if (code !== null && /SSL|TLS|EPROTO/.test(code))
    return `cannot connect to ${place} (${code}); check port and encryption`;
  if (code !== null && /TIMEOUT|Timeout/.test(code))
    return `${place} did not answer in time; check host, port and encryption`;
  return code === null ? words : `the connection to ${place} broke (${code})`;
}

function readThrown(error: unknown): Thrown {
  if (!(error instanceof Error)) return { code: null, refused: false, words: 'the connection was closed' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  const refused = 'authenticationFailed' in error && error.authenticationFailed === true;
  return { code, refused, words: error.message };
}
