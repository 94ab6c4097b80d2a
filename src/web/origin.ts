import type { Request, RequestHandler } from 'express';
import type { Auth } from './auth.ts';
import { WebError } from './web-error.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what another site's page makes a browser send. Every current browser names the origin of a POST; a
 * program names none, and one that shows a token is no browser.
 * https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export function sameOriginOnly(auth: Auth): RequestHandler {
  return (request, _response, next) => {
    if (SAFE_METHODS.has(request.method) || isOwn(request) || auth.viewer(request).via === 'bearer') next();
    else throw new WebError(403, 'the request comes from another site', { expected: 'the same origin' });
  };
}

function isOwn(request: Request): boolean {
  const site = request.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = request.get('origin');
  return origin === undefined || hostOf(origin) === request.get('host');
}

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);

const LOOPBACK_NAMES = /^(localhost|[a-z0-9-]+\.localhost|127(\.[0-9]{1,3}){3}|\[::1\])$/;

/**
 * Without tokens, whoever reaches the listener may act: then a page whose name was rebound to 127.0.0.1 must
 * not, so only names of this machine are answered. `hosts`: further names that are ours. With TLS a rebound name does
 * not fit the certificate.
 */
export function knownHostOnly(auth: Auth, hosts: readonly string[]): RequestHandler {
  const known = new Set(hosts.map((host) => host.toLowerCase()));
  return (request, _response, next) => {
    const isTls = request.secure;
    const name = (request.get('host') ?? '').toLowerCase().replace(/:[0-9]+$/, '');
    if (auth.viewer(request).via !== 'open' || isTls || LOOPBACK_NAMES.test(name) || known.has(name)) next();
    else
      throw new WebError(403, 'this host name is not ours', {
        expected: 'localhost or 127.0.0.1, or tokens',
      });
  };
}
