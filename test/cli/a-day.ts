import { HOUR, MINUTE } from '../../src/domain/units.ts';
import type { Store } from '../../src/ports/store.ts';
import { candidate, code, live, lostCode } from '../stores/builders.ts';

const RIGHT_NOW = Date.now();
export const agoMs = (ms: number): number => RIGHT_NOW - ms;
const on = { candidates: [candidate('sms-1', 'us-a', 8300)] };

/** Nine codes that came, one that was lost, one login without; an outage an hour ago. */
export async function aDay(store: Store): Promise<void> {
  for (let index = 9; index > 0; index -= 1) {
    const at = agoMs(3 * HOUR + index * MINUTE);
    await live(store, 'ok', { at, ...on, over: { code: code(at, { deliveryMs: index * 1000 }) } });
  }
  const at = agoMs(2 * HOUR);
  await live(store, 'lost', { at, ...on, over: { code: lostCode(at) } });
  await live(store, 'ok', { at, plan: { probe: 'acme-totp' }, candidates: [candidate('totp-1', null)] });
  const words = "SMS codes: 5 of 5 lost on 3 of 3 carriers since 14:02 -> the target's code sender";
  const verdict = { cause: 'code_sender', subject: null, posterior: 0.97, words, missing: [] };
  const named = { ...verdict, at: agoMs(HOUR), failingSince: agoMs(HOUR + 7 * MINUTE) };
  const over = { ...verdict, at: agoMs(HOUR / 2), cause: 'healthy', words: 'all is well' };
  await store.state.write({
    'verdicts/acme/1': { target: 'acme', before: 'healthy', verdict: named },
    'verdicts/acme/2': { target: 'acme', before: 'code_sender', verdict: over },
  });
}
