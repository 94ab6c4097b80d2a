/** The origins that may get credentials or redirects: the target's own, and those that the user listed. */
export type AllowedOrigins = ReadonlySet<string>;

export const allowedOrigins = (url: string, others: readonly string[]): AllowedOrigins =>
  new Set([url, ...others].map((address) => new URL(address).origin));

/**
 * A path as flows write it: below the target's address; or a whole address. Throws an Error for what is
 * neither, or for an origin that is not allowed.
 */
export function resolveTarget(base: string, path: string, allowed: AllowedOrigins): URL {
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(path);
  const joined = whole ? path : `${base}${/^[/?#]/.test(path) ? '' : '/'}${path}`;
  if (!URL.canParse(joined)) {
    throw new Error(`the flow names an address that cannot be read; expected a path such as /login`);
  }
  const url = new URL(joined);
  if (!allowed.has(url.origin)) {
    throw new Error(
      `the flow names ${url.origin}, which is not the target; add it to the target's origins if it is yours`,
    );
  }
  return url;
}

/** An address without query and credentials, bounded. A veil covers the secrets in its path. */
export const shown = (url: URL): string => `${url.origin}${url.pathname}`.slice(0, 300);
