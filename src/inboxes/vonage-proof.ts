import { createHash } from 'node:crypto';
import type { Secret } from '../domain/secret.ts';
import type { HookRequest, HookVerdict } from '../ports/inbox.ts';
import { checkBearer } from './bearer-token.ts';
import { refuse } from './hook-answers.ts';
import { parseJson } from './json-document.ts';
import { checkWindow } from './replay-window.ts';
import { readMessagesApi, readSmsApi, type VonageContent } from './vonage-message.ts';
import { readParameters } from './vonage-parameters.ts';
import { isSigned, type SignatureMethod } from './vonage-signature.ts';

export interface VonageProof {
  readonly signatureSecret: Secret;
  readonly signatureMethod: SignatureMethod;
  /** In milliseconds. */
  readonly window: number;
}

/** The token is good for this body alone: it holds its digest. */
export async function readWithToken(
  request: HookRequest,
  settings: VonageProof,
): Promise<VonageContent | HookVerdict> {
  const proof = await checkBearer(request, { secret: settings.signatureSecret, windowMs: settings.window });
  if ('reason' in proof) return refuse(proof.status, proof.reason);
  const digest = createHash('sha256').update(request.body).digest('hex');
  if (proof.claims['payload_hash'] !== digest) {
    return refuse(403, "the token's payload_hash is not the SHA-256 of the body");
  }
  const document = parseJson(request.body);
  if (typeof document !== 'object' || document === null)
    return { problem: 'expected one JSON document in UTF-8' };
  if ('message_uuid' in document) return readMessagesApi(document);
  const parameters = readParameters(request);
  return parameters
    ? readSmsApi(parameters)
    : { problem: 'expected message_uuid, or messageId and its companions' };
}

/** The SMS API's own way: one of the parameters signs the others. */
export function readWithSignature(request: HookRequest, settings: VonageProof): VonageContent | HookVerdict {
  const parameters = readParameters(request);
  const { sig, timestamp = '' } = parameters ?? {};
  if (!parameters || !sig || !/^[0-9]{1,12}$/.test(timestamp)) {
    return refuse(401, 'expected a token in Authorization, or sig and timestamp among plain parameters');
  }
  if (!isSigned(parameters, settings.signatureMethod, settings.signatureSecret)) {
    return refuse(
      403,
      'sig does not match: signatureSecret and signatureMethod must be those of the API settings',
    );
  }
  const outside = checkWindow({
    name: 'timestamp',
    seconds: Number(timestamp),
    arrivedAt: request.arrived.at,
    windowMs: settings.window,
  });
  return outside === null ? readSmsApi(parameters) : refuse(403, outside);
}
