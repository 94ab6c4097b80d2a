import { TargetUnreachable } from '../../domain/failure.ts';
import { MAX_BODY_BYTES, type BodyFault } from './body.ts';

/** What a failed request was: shown to people, without a query. */
export interface Asked {
  readonly method: string;
  /** Origin and path. */
  readonly address: string;
}

/** What went wrong below HTTP, in words: what was found, what to do. */
export function networkFailure(asked: Asked, error: unknown): TargetUnreachable {
  const code = codeOf(error);
  const words = WORDS[code] ?? wordsOfClass(code) ?? 'the connection failed';
  return new TargetUnreachable(`${asked.method} ${asked.address}: ${words} (${code})`, { cause: error });
}

export const timeoutFailure = (asked: Asked, timeoutMs: number): TargetUnreachable =>
  new TargetUnreachable(
    `${asked.method} ${asked.address}: no complete answer within ${timeoutMs} ms ` +
      "(the probe's `timeout`, from connecting to the body's last byte)",
  );

export function bodyFailure(asked: Asked, fault: BodyFault, cause: unknown): TargetUnreachable {
  const megabytes = MAX_BODY_BYTES / 1024 / 1024;
  const words: Record<BodyFault, string> = {
    too_large: `the answer's body is larger than ${megabytes} MB; expected a login's page or JSON`,
    bad_encoding: "the answer's body is not what its Content-Encoding says",
    unknown_encoding: "the answer's Content-Encoding is none of gzip, deflate, br",
  };
  return new TargetUnreachable(`${asked.method} ${asked.address}: ${words[fault]}`, { cause });
}

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: "the host's name does not resolve; check the target's url and DNS",
  EAI_AGAIN: 'the name server did not answer; check DNS',
  ECONNREFUSED: 'connection refused: nothing listens there',
  ECONNRESET: 'the connection was reset before the answer was complete',
  UND_ERR_SOCKET: 'the connection was closed before the answer was complete',
  EPIPE: 'the connection was closed while the request was written',
  ETIMEDOUT: 'connecting timed out',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  CERT_HAS_EXPIRED: 'the TLS certificate has expired',
  CERT_NOT_YET_VALID: 'the TLS certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'the TLS certificate is self-signed; expected one of a known authority (NODE_EXTRA_CA_CERTS adds yours)',
  SELF_SIGNED_CERT_IN_CHAIN: "the TLS certificate's authority is not known (NODE_EXTRA_CA_CERTS adds yours)",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the TLS certificate cannot be verified: the server sends no chain to a known authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "the TLS certificate's authority is not known (NODE_EXTRA_CA_CERTS adds yours)",
  ERR_TLS_CERT_ALTNAME_INVALID: 'the TLS certificate is for another host name',
  UND_ERR_HEADERS_OVERFLOW: "the answer's headers are larger than 16 KB",
};

function wordsOfClass(code: string): string | null {
  if (code.startsWith('HPE_') || code === 'HTTPParserError') return 'the answer is not HTTP';
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') return 'the TLS handshake failed';
  if (code.startsWith('CERT_') || code.startsWith('ERR_TLS')) return 'the TLS certificate was refused';
  return null;
}

/** Node's stable code of an error, of the first of several, or of the error below it. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  const below: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return below === undefined || below === error ? error.name : codeOf(below);
}
