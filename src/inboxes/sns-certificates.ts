import { X509Certificate, type KeyObject } from 'node:crypto';
import type { EpochMs } from '../domain/units.ts';
import { pinnedUrl } from './sns-envelope.ts';
import type { FetchText } from './sns-fetch.ts';

export type KeyAnswer =
  | { readonly key: KeyObject }
  /** 503: it could not be asked now; the same request may succeed later. */
  | { readonly status: 403 | 503; readonly reason: string };

/** SNS changes its certificate about once a year. */
const MAX_KEPT = 4;
/** Whoever knows the topic can have us ask for addresses that do not exist. */
const MAX_ASKING = 4;

const PATH = /^\/SimpleNotificationService-[\w-]+\.pem$/;

/** The certificates that SNS signs with, from its own host alone; TLS to it is what makes them its own. */
export class SnsCertificates {
  readonly #kept = new Map<string, X509Certificate>();
  readonly #asking = new Map<string, Promise<KeyAnswer>>();
  readonly #host: string;
  readonly #fetch: FetchText;

  constructor(host: string, fetch: FetchText) {
    this.#host = host;
    this.#fetch = fetch;
  }

  async keyAt(written: string, now: EpochMs): Promise<KeyAnswer> {
    const url = pinnedUrl(written, this.#host);
    if (!url || url.search !== '' || url.hash !== '' || !PATH.test(url.pathname)) {
      return {
        status: 403,
        reason: `SigningCertURL is not a certificate of ${this.#host}, the topic's region`,
      };
    }
    const known = this.#kept.get(url.href);
    if (known) return keyOf(known, now);
    const asked = this.#asking.get(url.href);
    if (asked) return asked;
    if (this.#asking.size >= MAX_ASKING)
      return { status: 503, reason: 'other certificates are being fetched' };
    const asking = this.#ask(url, now).finally(() => this.#asking.delete(url.href));
    this.#asking.set(url.href, asking);
    return asking;
  }

  async #ask(url: URL, now: EpochMs): Promise<KeyAnswer> {
    const answer = await this.#fetch(url).catch(() => null);
    if (!answer || answer.status >= 500) {
      return { status: 503, reason: `the certificate could not be had from ${this.#host} now` };
    }
    const certificate = answer.status === 200 ? readCertificate(answer.text) : null;
    if (!certificate) return { status: 403, reason: `there is no certificate at SigningCertURL` };
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(url.href, certificate);
    return keyOf(certificate, now);
  }
}

function keyOf(certificate: X509Certificate, now: EpochMs): KeyAnswer {
  const isValid = now >= Date.parse(certificate.validFrom) && now <= Date.parse(certificate.validTo);
  return isValid
    ? { key: certificate.publicKey }
    : {
        status: 403,
        reason: 'the certificate at SigningCertURL has expired, or is not valid yet: check our clock',
      };
}

/** RSA alone: SNS signs with nothing else. */
function readCertificate(pem: string): X509Certificate | null {
  try {
    const certificate = new X509Certificate(pem);
    return certificate.publicKey.asymmetricKeyType === 'rsa' ? certificate : null;
  } catch {
    return null;
  }
}
