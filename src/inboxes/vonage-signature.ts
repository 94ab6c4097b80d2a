import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../domain/secret.ts';

export const SIGNATURE_METHODS = ['md5hash', 'md5', 'sha1', 'sha256', 'sha512'] as const;
export type SignatureMethod = (typeof SIGNATURE_METHODS)[number];

/** An inbound message's parameters, each once. */
export type VonageParameters = Readonly<Record<string, string>>;

/**
 * Vonage's `sig`: all other parameters in order, `&name=value` each, with `&` and `=` in values as `_`. A MAC with the
 * secret, or for `md5hash` the digest of them with the secret behind (@vonage/sms, lib/sms.ts).
 */
export function isSigned(parameters: VonageParameters, method: SignatureMethod, secret: Secret): boolean {
  const given = /^(?:[0-9a-f]{2})+$/i.exec(parameters['sig'] ?? '')?.[0];
  if (given === undefined) return false;
  const signed = Object.entries(parameters)
    .filter(([name]) => name !== 'sig')
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `&${name}=${value.replace(/[&=]/g, '_')}`)
    .join('');
  const key = secret.reveal();
  const expected =
    method === 'md5hash'
      ? createHash('md5')
          .update(signed + key)
          .digest()
      : createHmac(method, key).update(signed).digest();
  const found = Buffer.from(given, 'hex');
  return found.length === expected.length && timingSafeEqual(found, expected);
}
