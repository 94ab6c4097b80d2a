import type { errors } from 'jose';
import { z } from 'zod';
import type { Secret } from '../domain/secret.ts';
import type { EpochMs } from '../domain/units.ts';
import type { HookRequest } from '../ports/inbox.ts';
import { checkWindow } from './replay-window.ts';

export interface BearerRule {
  readonly secret: Secret;
  readonly windowMs: number;
  readonly issuer?: string;
  readonly audience?: string;
}

export type BearerAnswer =
  | { readonly claims: Readonly<Record<string, unknown>> }
  | { readonly status: 401 | 403; readonly reason: string };

const MAX_TOKEN = 4096;

/** Proves `Authorization: Bearer` as a JWT (RFC 7519) that a holder of the secret signed with HS256, lately. */
export async function checkBearer(request: HookRequest, rule: BearerRule): Promise<BearerAnswer> {
  const token = /^bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
  if (token === undefined || token.length > MAX_TOKEN) {
    return { status: 401, reason: 'expected Authorization: Bearer and a JWT' };
  }
  const { audience, windowMs } = rule;
  const verified = await verify(token, rule, request.arrived.at);
  if ('error' in verified) return { status: 403, reason: whyNot(verified.error, audience) };
  const { claims } = verified;
  const issued = Issued.safeParse(claims);
  if (!issued.success)
    return { status: 403, reason: 'the token has no iat: expected the second it was made' };
  const seconds = issued.data.iat;
  const outside = checkWindow({ name: "the token's iat", seconds, arrivedAt: request.arrived.at, windowMs });
  return outside === null ? { claims } : { status: 403, reason: outside };
}

/** The errors of the library carry the payload that they are about: they must never be taken for a result. */
async function verify(
  token: string,
  { secret, windowMs, issuer, audience }: BearerRule,
  at: EpochMs,
): Promise<{ readonly claims: Readonly<Record<string, unknown>> } | { readonly error: unknown }> {
  // Few inboxes need it: loaded with the first token.
  const { jwtVerify } = await import('jose');
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret.reveal()), {
      algorithms: ['HS256'],
      currentDate: new Date(at),
      clockTolerance: windowMs / 1000,
      ...(issuer === undefined ? {} : { issuer }),
      ...(audience === undefined ? {} : { audience }),
    });
    return { claims: payload };
  } catch (error) {
    return { error };
  }
}

const Issued = z.object({ iat: z.number() });

/** In words of ours: the library's name the claim, and quote nothing, but say not what to do. */
function whyNot(error: unknown, audience: string | undefined): string {
  if (isOf('ERR_JWT_EXPIRED', error)) return 'the token has expired';
  if (isOf('ERR_JWT_CLAIM_VALIDATION_FAILED', error)) {
    if (error.claim !== 'aud') return `the token's ${error.claim} is not what was expected`;
    return `the token is for another address than ${audience ?? 'ours'}: configure it so at the provider`;
  }
  return 'the token does not match: check the secret that both sides sign with';
}

/** The library's errors are told by their codes (https://github.com/panva/jose/blob/main/docs/util/errors/README.md). */
const isOf = (code: string, error: unknown): error is errors.JWTClaimValidationFailed =>
  error instanceof Error && 'code' in error && error.code === code;
