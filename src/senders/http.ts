import type { AttemptFailure } from '../domain/failure.ts';
import { asText, atPointer } from '../domain/json-pointer.ts';
import { defineKind } from '../ports/kind.ts';
import type { Sender } from '../ports/sender.ts';
import { httpSettings, requestFor, type HttpSettings } from './http-request.ts';
import { callProvider, readJson, type ProviderAnswer } from './provider-call.ts';
import { sendFailure } from './send-failure.ts';

/** Sends our own SMS by one HTTP request to whatever takes one: a provider, a gateway, a rack's own API. */
export const httpSender = defineKind({
  kind: 'http',
  schema: httpSettings,
  create: (settings: HttpSettings): Sender => ({
    perSms: settings.perSms,
    async send(to, text, signal) {
      const request = requestFor(settings, { to, digits: to.replace(/^\+/, ''), text });
      const answer = await callProvider(request, signal);
      const accepted = judge(settings, answer);
      if ('providerId' in accepted) return accepted;
      throw accepted.failure;
    },
  }),
});

type Judgement = { readonly providerId: string } | { readonly failure: AttemptFailure };

/** Long enough for every id there is. */
const MAX_ID = 200;

function judge(settings: HttpSettings, answer: ProviderAnswer): Judgement {
  const provider = `The gateway ${new URL(settings.url.split(/[?#{]/)[0] ?? '').host}`;
  const whenDown = 'check url, and whether the gateway runs';
  const common = { provider, whenDown, whenRefused: 'check its credentials, the sender and the number' };
  if (!answer.answered) {
    return { failure: sendFailure({ ...common, status: null, found: answer.found, cause: answer.cause }) };
  }
  const { status, text } = answer;
  if (status < 200 || status > 299) {
    return { failure: sendFailure({ ...common, status, found: `HTTP ${status}` }) };
  }
  const refuse = (found: string): Judgement => ({
    failure: sendFailure({ ...common, status, found: `HTTP ${status}, ${found}` }),
  });
  if (settings.accepted && !settings.accepted.test(text))
    return refuse('but the answer does not match `accepted`');
  if (settings.id === undefined) return { providerId: 'none' };
  const id = atPointer(readJson(text), settings.id);
  if (id === undefined || id === null || id === '')
    return refuse(`but nothing at ${settings.id} of the answer`);
  return { providerId: asText(id).slice(0, MAX_ID) };
}
