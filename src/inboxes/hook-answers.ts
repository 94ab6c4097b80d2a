import type { InboundMessage } from '../domain/message.ts';
import type { HookReply, HookRequest, HookVerdict } from '../ports/inbox.ts';

type Refusal = Extract<HookVerdict, { accepted: false }>;

/** Refuses a hook request. The reason goes to the caller: it names what to mend and quotes nothing. */
export const refuse = (status: Refusal['status'], reason: string): Refusal => ({
  accepted: false,
  status,
  reason,
});

export const takeMessages = (messages: readonly InboundMessage[], reply: HookReply): HookVerdict => ({
  accepted: true,
  messages,
  reply,
});

/** Whether the body is of this media type, in UTF-8 if it says so at all. */
export function hasMediaType(request: HookRequest, wanted: string): boolean {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  if (type.trim() !== wanted) return false;
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='));
  return charset === undefined || /^charset="?utf-?8"?$/.test(charset);
}
