import type { InboundMessage } from '../domain/message.ts';
import type { HookReply, HookRequest, HookVerdict, InboxDeps } from '../ports/inbox.ts';

type Refusal = Extract<HookVerdict, { accepted: false }>;
type Taken = Extract<HookVerdict, { accepted: true }>;

/** Refuses a hook request. The reason goes to the caller: it names what to mend and quotes nothing. */
export const refuse = (status: Refusal['status'], reason: string): Refusal => ({
  accepted: false,
  status,
  reason,
});

export const takeMessages = (messages: readonly InboundMessage[], reply: HookReply): Taken => ({
  accepted: true,
  messages,
  reply,
});

/** For callers that want to know no more than that the message is stored. */
export const TAKEN: HookReply = { status: 200, contentType: 'application/json', body: '{"accepted":true}' };

/** What all messages that are pushed have in common: each reached us with its request. */
export const pushed = (deps: InboxDeps, request: HookRequest) =>
  ({ inbox: deps.name, arrived: request.arrived, uncertaintyMs: 0, redacted: false }) as const;

/** Whether the body is of this media type, in UTF-8 if it says so at all. */
export function hasMediaType(request: HookRequest, wanted: string): boolean {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  if (type.trim() !== wanted) return false;
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='));
  return charset === undefined || /^charset="?utf-?8"?$/.test(charset);
}
