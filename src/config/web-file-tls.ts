import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { resolve } from 'node:path';
import { Secret } from '../domain/secret.ts';
import type { TlsGuard } from '../ports/web-guard.ts';
import { printable, type Path } from './path.ts';
import { reasonOf } from './substitute.ts';
import type { ParsedTls } from './web-file-schema.ts';

export interface TlsFault {
  readonly path: Path;
  readonly message: string;
}

export interface FileReader {
  /** Where relative paths start. */
  readonly folder: string;
  readonly readFile: (path: string) => Promise<string>;
}

/** Reads the certificates and the key, and checks that they fit one another. */
export async function readTls(
  parsed: ParsedTls,
  reader: FileReader,
): Promise<{ readonly tls: TlsGuard | null; readonly faults: readonly TlsFault[] }> {
  const faults: TlsFault[] = [];
  const say = (key: string, message: string) => void faults.push({ path: [SECTION, key], message });
  const pem = (key: PemKey) => readPem(parsed, key, { reader, say });
  const [certificate, key, authorities] = [await pem('cert'), await pem('key'), await pem('client_ca')];
  checkPair(certificate, key, say);
  if (authorities !== null && !isCertificate(authorities)) say(namedAs(parsed, 'client_ca'), NO_CERTIFICATE);
  checkClients(parsed, authorities !== null, say);
  if (faults.length > 0 || certificate === null || key === null) return { tls: null, faults };
  const tls: TlsGuard = {
    certificate,
    key: new Secret(key),
    clientAuthorities: authorities,
    clientCertificate: parsed.client_auth_type ?? 'none',
    clientNames: parsed.client_allowed_sans ?? null,
    minVersion: parsed.min_version,
    maxVersion: parsed.max_version,
    ciphers: someOf(parsed.cipher_suites),
    ownCipherOrder: parsed.prefer_server_cipher_suites,
    curves: someOf(parsed.curve_preferences),
  };
  return { tls, faults };
}

const SECTION = 'tls_server_config';
const NO_CERTIFICATE = 'holds no certificate, expected PEM (-----BEGIN CERTIFICATE-----)';

type PemKey = 'cert' | 'key' | 'client_ca';
type Say = (key: string, message: string) => void;

const someOf = (list: readonly string[] | null | undefined) => (list && list.length > 0 ? list : null);

/** The key under which it stands in the file. */
const namedAs = (parsed: ParsedTls, key: PemKey): string =>
  parsed[`${key}_file`] === undefined ? key : `${key}_file`;

async function readPem(
  parsed: ParsedTls,
  key: PemKey,
  { reader, say }: { reader: FileReader; say: Say },
): Promise<string | null> {
  const inline = parsed[key];
  const path = parsed[`${key}_file`];
  if (inline !== undefined && path !== undefined) {
    say(`${key}_file`, `found beside ${key}, expected one of the two`);
    return null;
  }
  if (path !== undefined) {
    try {
      return await reader.readFile(resolve(reader.folder, path));
    } catch (error) {
      const where = `${printable(path)} cannot be read (${reasonOf(error)})`;
      say(`${key}_file`, `${where}; relative paths start at this file's folder`);
      return null;
    }
  }
  if (inline !== undefined) return typeof inline === 'string' ? inline : inline.reveal();
  if (key !== 'client_ca') say(`${key}_file`, `missing, expected a PEM file, or ${key} with its content`);
  return null;
}

function checkPair(certificate: string | null, key: string | null, say: Say): void {
  const privateKey = key === null ? null : parseKey(key);
  if (key !== null && privateKey === null) {
    say('key_file', 'holds no private key, expected PEM without a passphrase');
  }
  if (certificate === null) return;
  if (!isCertificate(certificate)) say('cert_file', NO_CERTIFICATE);
  else if (privateKey && !new X509Certificate(certificate).checkPrivateKey(privateKey)) {
    say('key_file', 'is not the key of the certificate in cert_file');
  }
}

function checkClients(parsed: ParsedTls, hasAuthorities: boolean, say: Say): void {
  const wish = parsed.client_auth_type ?? 'none';
  if (hasAuthorities && wish === 'none') {
    say('client_auth_type', 'missing, expected RequireAndVerifyClientCert: client_ca alone checks nobody');
  }
  if (wish.startsWith('checked') && !hasAuthorities) {
    say('client_ca_file', 'missing, expected the authorities whose certificates clients may show');
  }
  if (parsed.client_allowed_sans && wish !== 'any' && wish !== 'checked') {
    const expected = 'expected client_auth_type RequireAndVerifyClientCert';
    say('client_allowed_sans', `found where clients need no certificate, ${expected}`);
  }
  if (parsed.min_version > parsed.max_version) {
    say('min_version', 'found a later version than max_version allows');
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function parseKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}
