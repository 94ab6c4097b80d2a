import type { HookRequest, HookVerdict, Inbox } from '../../src/ports/inbox.ts';

/** What the inbox says to the request. */
export async function receiveHook(inbox: Inbox, request: HookRequest): Promise<HookVerdict> {
  if (!inbox.hook) throw new Error('the inbox takes no hooks');
  return inbox.hook.receive(request);
}

/** The same of an inbox that needs nothing from outside to say it. */
export function receiveNow(inbox: Inbox, request: HookRequest): HookVerdict {
  const verdict = inbox.hook?.receive(request);
  if (!verdict || verdict instanceof Promise) throw new Error('the inbox takes no hooks, or took its time');
  return verdict;
}

/** `403 why`, or `accepted`. */
export const refusal = (verdict: HookVerdict): string =>
  verdict.accepted ? 'accepted' : `${verdict.status} ${verdict.reason}`;
