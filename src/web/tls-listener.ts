import { randomBytes } from 'node:crypto';
import type { RequestListener, Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import { SECOND } from '../domain/units.ts';
import type { TlsGuard, WebGuard } from '../ports/web-guard.ts';
import { createServer } from './node-http.ts';
import { namesOf } from './client-names.ts';

export interface GuardedServer {
  readonly server: Server;
  /** Takes what the guard says now for the connections that come from now on. Throws what OpenSSL refuses. */
  readonly renew: () => void;
}

interface Limits {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly connectionsCheckingInterval: number;
}

const HANDSHAKE_MS = 10 * SECOND;
const TICKET_KEYS_BYTES = 48;

/** A server with TLS when the guard has a certificate, and without it otherwise. */
export function createGuardedServer(
  guard: () => WebGuard | null,
  limits: Limits,
  answer: RequestListener,
): GuardedServer {
  const tls = guard()?.tls;
  if (!tls) return { server: createServer(limits, answer), renew: () => undefined };
  const https = process.getBuiltinModule('node:https');
  const wishes = { ...clientWishes(tls), handshakeTimeout: HANDSHAKE_MS };
  const server = https.createServer({ ...limits, ...wishes, ...contextOf(tls) }, answer);
  server.on('secureConnection', (socket: TLSSocket) => {
    const now = guard()?.tls ?? tls;
    if (!isWelcome(socket, now)) socket.destroy();
  });
  return { server, renew: () => renew(server, guard()?.tls ?? tls) };
}

function renew(server: TlsServer, tls: TlsGuard): void {
  server.setSecureContext(contextOf(tls));
  // A session from before may rest on an authority that is no longer trusted.
  server.setTicketKeys(randomBytes(TICKET_KEYS_BYTES));
}

const clientWishes = ({ clientCertificate }: TlsGuard) => ({
  requestCert: clientCertificate !== 'none',
  rejectUnauthorized: clientCertificate === 'checked',
});

function contextOf(tls: TlsGuard): SecureContextOptions {
  return {
    cert: tls.certificate,
    key: tls.key.reveal(),
    ...(tls.clientAuthorities === null ? {} : { ca: tls.clientAuthorities }),
    minVersion: tls.minVersion,
    maxVersion: tls.maxVersion,
    honorCipherOrder: tls.ownCipherOrder,
    ...(tls.ciphers === null ? {} : { ciphers: withModern(tls.ciphers).join(':') }),
    ...(tls.curves === null ? {} : { ecdhCurve: tls.curves.join(':') }),
  };
}

const TLS13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

/** The list is about TLS 1.2; those of 1.3 are not a matter of choice, as in Go. */
const withModern = (ciphers: readonly string[]): string[] => [...new Set([...ciphers, ...TLS13])];

/** Whether a client that has shaken hands may go on, by the certificate that it brought. */
function isWelcome(socket: TLSSocket, { clientCertificate, clientNames }: TlsGuard): boolean {
  if (clientCertificate === 'none' || clientCertificate === 'asked') return true;
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return clientCertificate === 'checked_if_given';
  if (clientCertificate !== 'any' && !socket.authorized) return false;
  return clientNames === null || namesOf(certificate).some((name) => clientNames.includes(name));
}
