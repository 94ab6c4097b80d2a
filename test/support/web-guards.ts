import { Secret } from '../../src/domain/secret.ts';
import type { TlsGuard, WebGuard } from '../../src/ports/web-guard.ts';
import { AUTHORITY, SERVER, type Certificate } from './certificates.ts';

/** A bcrypt hash of `open sesame`, of the least cost. */
export const HASH = '$2b$04$h0irVReF3fsLuqqjpaRTju9ysaQPuF0KJnmLn4B.EktYtt.KANQ6G';
export const PASSWORD = 'open sesame';

export const aGuard = (change: Partial<WebGuard> = {}): WebGuard => ({
  tls: null,
  users: new Map(),
  headers: {},
  rate: null,
  ...change,
});

/** Asks for a user: `alice`, with {@link PASSWORD}. */
export const withAlice = (change: Partial<WebGuard> = {}): WebGuard =>
  aGuard({ users: new Map([['alice', new Secret(HASH)]]), ...change });

export const aTls = ({ cert, key }: Certificate = SERVER, change: Partial<TlsGuard> = {}): TlsGuard => ({
  certificate: cert,
  key: new Secret(key),
  clientAuthorities: AUTHORITY,
  clientCertificate: 'none',
  clientNames: null,
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.3',
  ciphers: null,
  ownCipherOrder: true,
  curves: null,
  ...change,
});

export const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});
