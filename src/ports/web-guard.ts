import type { Secret } from '../domain/secret.ts';

/** Who may reach the web listener, and how: what a web configuration file says, its certificates read. */
export interface WebGuard {
  /** null: plain HTTP. */
  readonly tls: TlsGuard | null;
  /** bcrypt hashes by user name; empty: no user name is asked for. */
  readonly users: ReadonlyMap<string, Secret>;
  /** Put before the listener's own; an empty text takes the header away. */
  readonly headers: Readonly<Record<string, string>>;
  /** null: as many requests as come. */
  readonly rate: { readonly intervalMs: number; readonly burst: number } | null;
}

export interface TlsGuard {
  /** PEM: the certificate, then those between it and an authority. */
  readonly certificate: string;
  readonly key: Secret;
  /** PEM; null: the system's. */
  readonly clientAuthorities: string | null;
  readonly clientCertificate: ClientCertificate;
  /** One of these must be in the client's certificate; null: any. */
  readonly clientNames: readonly string[] | null;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** OpenSSL's names, best first; null: Node's choice. */
  readonly ciphers: readonly string[] | null;
  readonly ownCipherOrder: boolean;
  readonly curves: readonly string[] | null;
}

/** `any`: there must be one, but nobody checks who signed it. */
export type ClientCertificate = 'none' | 'asked' | 'any' | 'checked_if_given' | 'checked';
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** Whether every client that gets through to a request has shown who it is by a certificate. */
export const knowsItsClients = (guard: WebGuard | null): boolean =>
  guard?.tls?.clientCertificate === 'checked';
