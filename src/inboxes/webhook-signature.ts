import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../domain/secret.ts';
import type { HookRequest } from '../ports/inbox.ts';
import { checkWindow } from './replay-window.ts';

export interface SignatureRule {
  /** The current secret, and the one before it where there is one. */
  readonly secrets: readonly Secret[];
  readonly windowMs: number;
}

export interface SignatureProblem {
  readonly status: 401 | 403;
  readonly reason: string;
}

/**
 * Proves that a holder of the secret wrote this body, lately: HMAC-SHA256 over the timestamp, a dot and the raw
 * body. Null when proven.
 */
export function checkWebhookSignature(request: HookRequest, rule: SignatureRule): SignatureProblem | null {
  const timestamp = request.headers['x-timestamp'] ?? '';
  const signature = /^sha256=([0-9a-f]{64})$/i.exec(request.headers['x-signature'] ?? '')?.[1];
  if (!/^[0-9]{1,12}$/.test(timestamp)) {
    return { status: 401, reason: 'expected X-Timestamp: seconds since 1970, such as 1767225600' };
  }
  if (signature === undefined) {
    return { status: 401, reason: 'expected X-Signature: sha256= and 64 hex digits' };
  }
  const given = Buffer.from(signature, 'hex');
  if (!rule.secrets.some((secret) => timingSafeEqual(given, sign(secret, timestamp, request.body)))) {
    return {
      status: 403,
      reason: 'X-Signature does not match: expected HMAC-SHA256(secret, X-Timestamp + "." + body), hex',
    };
  }
  const outside = checkWindow({
    name: 'X-Timestamp',
    seconds: Number(timestamp),
    arrivedAt: request.arrived.at,
    windowMs: rule.windowMs,
  });
  return outside === null ? null : { status: 403, reason: outside };
}

const sign = (secret: Secret, timestamp: string, body: Buffer): Buffer =>
  createHmac('sha256', secret.reveal()).update(`${timestamp}.`).update(body).digest();
