import { z } from 'zod';
import { defineKind } from '../ports/kind.ts';
import type { HookRequest, HookVerdict, Inbox, InboxDeps, InboxFacts } from '../ports/inbox.ts';
import { duration, secret } from '../ports/settings.ts';
import { ConcatenatedParts, type Assembly } from './concatenated-parts.ts';
import { hasMediaType, pushed, refuse, TAKEN, takeMessages } from './hook-answers.ts';
import { needHooks } from './hooks-needed.ts';
import { readWithSignature, readWithToken } from './vonage-proof.ts';
import { SIGNATURE_METHODS } from './vonage-signature.ts';

const schema = z.strictObject({
  /** The account's, from API settings; not the API secret. */
  signatureSecret: secret(),
  /** How `sig` is made, as in API settings. Requests with a token need none. */
  signatureMethod: z.enum(SIGNATURE_METHODS).prefault('sha256'),
  /** How far a request's time may be from our clock. Vonage sends again for a day what it could not deliver. */
  window: duration().prefault('24h'),
});

type Settings = z.output<typeof schema>;

/** Numbers at Vonage, through its SMS API or its Messages API, see docs/inboxes/vonage.md. */
export const vonageInbox = defineKind({
  kind: 'vonage',
  schema,
  create: createVonageInbox,
  check: (settings: Settings, facts: InboxFacts) => {
    const weak = settings.signatureMethod.startsWith('md5');
    const notice =
      'MD5 signatures are weak: choose SHA-256 HMAC in the API settings of Vonage, and sha256 here';
    return [...needHooks('a vonage inbox')(settings, facts), ...(weak ? [{ notice }] : [])];
  },
});

function createVonageInbox(settings: Settings, deps: InboxDeps): Inbox {
  const parts = new ConcatenatedParts();

  async function receive(request: HookRequest): Promise<HookVerdict> {
    const isJson = hasMediaType(request, 'application/json');
    const isForm = hasMediaType(request, 'application/x-www-form-urlencoded');
    if (request.method === 'POST' && !isJson && !isForm)
      return refuse(415, 'expected JSON or a form, in UTF-8');
    const isBearer = isJson && request.headers['authorization'] !== undefined;
    const content = isBearer ? await readWithToken(request, settings) : readWithSignature(request, settings);
    if ('accepted' in content) return content;
    if ('problem' in content) return refuse(400, content.problem);
    if (content.message === null) return takeMessages([], TAKEN);
    const message = { ...content.message, ...pushed(deps, request) };
    return content.part
      ? answerPart(parts.add({ message, ...content.part }), content.part.total)
      : takeMessages([message], TAKEN);
  }

  return { hook: { methods: ['GET', 'POST'], receive } };
}

/** Nothing is acknowledged before the whole is durable: until then Vonage keeps the parts, and sends them again. */
function answerPart(assembly: Assembly, total: number): HookVerdict {
  if (assembly.state === 'kept') return takeMessages([], TAKEN);
  if (assembly.state === 'waiting') {
    return refuse(503, `${assembly.have} of ${total} parts are here; please send this one again`);
  }
  return { ...takeMessages([assembly.message], TAKEN), kept: assembly.kept };
}
