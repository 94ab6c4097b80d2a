import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/domain/units.ts';
import type { Fresh } from '../contracts/store-contract.ts';
import {
  ask,
  BOX,
  candidate,
  code,
  EXPIRY_MS,
  CENT,
  ended,
  entry,
  leased,
  live,
  lostCode,
  request,
  skipOf,
  T,
} from './builders.ts';

const on = (phone: string) => ({ candidates: [candidate(phone, phone)] });

export function attemptTests(open: Fresh): void {
  test('a finished attempt is kept as it was, and found by what is asked for, newest first', async () => {
    const { store } = await open();
    const made = [];
    for (const [index, probe] of ['p1', 'p2', 'p1'].entries()) {
      const at = T + index * MINUTE;
      made.push(await live(store, 'ok', { at, plan: { probe, target: `of-${probe}` } }));
    }
    const [first, second, third] = made;
    expect(await store.attempts.find({ limit: 10 })).toEqual([third, second, first]);
    expect(await store.attempts.find({ limit: 1 })).toEqual([third]);
    expect(await store.attempts.find({ probe: 'p1', limit: 10 })).toEqual([third, first]);
    expect(await store.attempts.find({ target: 'of-p2', limit: 10 })).toEqual([second]);
    expect(await store.attempts.find({ id: first?.id ?? '', limit: 10 })).toEqual([first]);
    const since = second?.finishedAt ?? 0;
    expect(await store.attempts.find({ since, limit: 10 })).toEqual([third, second]);
  });

  test('attempts are read page by page, none twice and none left out, also where many end at once', async () => {
    const { store } = await open();
    const alike = { over: { finishedAt: T + MINUTE } };
    for (let index = 0; index < 5; index += 1) await live(store, 'ok', { at: T + index, ...alike });
    await live(store, 'ok', { at: T - HOUR });
    const all = await store.attempts.find({ limit: 10 });
    const paged = [];
    for (let page = await store.attempts.find({ limit: 2 }); page.length > 0;) {
      paged.push(...page);
      const [after] = page.slice(-1);
      page = await store.attempts.find({ limit: 2, ...(after ? { after } : {}) });
    }
    expect(paged).toEqual(all);
    expect(paged).toHaveLength(6);
  });

  test('an attempt that still runs is not among the finished', async () => {
    const { store } = await open();
    await leased(store, request());
    expect(await store.attempts.find({ limit: 10 })).toEqual([]);
  });

  test('the end of an attempt frees its account and phone', async () => {
    const { store } = await open();
    await live(store, 'ok', { over: { code: code(T) } });
    expect((await store.state.usage(T)).leases).toEqual({ account: 0, phone: 0 });
    await leased(store, request({ at: T + 11_000 }));
  });

  test('an attempt ends once: told again the store agrees, told otherwise it refuses', async () => {
    const { store } = await open();
    const wanted = request();
    const lease = await leased(store, wanted);
    const attempt = ended(wanted, lease, 'ok');
    const settlement = { fence: lease.fence, messages: [] };
    expect(await store.attempts.finish(attempt, settlement)).toEqual({ stored: true, settled: [] });
    expect(await store.attempts.finish(attempt, settlement)).toEqual({ stored: true, settled: [] });
    const other = ended(wanted, lease, 'lost');
    expect(await store.attempts.finish(other, settlement)).toEqual({ stored: false, settled: [] });
    expect(await store.attempts.find({ limit: 10 })).toEqual([attempt]);
  });

  test('a phone rests two expiries after a lost code, and at least ten minutes', async () => {
    const { store } = await open();
    for (const [phone, expiryMs, restMs] of [
      ['long', 8 * MINUTE, 16 * MINUTE],
      ['short', MINUTE, 10 * MINUTE],
    ] as const) {
      const here = { candidates: [candidate(phone, phone)], plan: { target: `of-${phone}` } };
      const wanted = request(here);
      const lease = await leased(store, wanted);
      await ask(store, lease, T + 1000, expiryMs);
      const attempt = ended(wanted, lease, 'lost', { code: lostCode(T + 1000) });
      await store.attempts.finish(attempt, { fence: lease.fence, messages: [] });
      const until = T + 1000 + restMs;
      expect((await store.state.usage(until - 1)).quarantines).toMatchObject({ [phone]: until });
      const again = request({ ...here, at: until - 1 });
      expect(await store.leases.acquire(again)).toMatchObject({ skip: 'quarantine', retryAt: until });
      expect(skipOf(await store.leases.acquire({ ...again, at: until }))).toBe('granted');
    }
    expect((await store.state.usage(T + HOUR)).quarantines).toEqual({});
  });

  test('a phone rests when we gave up a code that may be on its way, not when the target sent none', async () => {
    const { store } = await open();
    const none = code(T, { result: 'unmeasured', deliveryMs: null });
    await live(store, 'aborted', { ...on('aborted'), over: { code: none } });
    await live(store, 'receiver_down', { ...on('receiver'), over: { code: none } });
    await live(store, 'request_refused', { ...on('refused'), over: { code: lostCode(T) } });
    await live(store, 'rate_limited', { ...on('limited'), over: { code: none } });
    await live(store, 'aborted', { ...on('came'), plan: { target: 'b' }, over: { code: code(T) } });
    const { quarantines } = await store.state.usage(T + MINUTE);
    expect(Object.keys(quarantines).sort()).toEqual(['aborted', 'receiver']);
  });

  test('a lost code stays unresolved for an hour, unless it comes late', async () => {
    const { store } = await open();
    await live(store, 'lost', { over: { code: lostCode(T) } });
    const next = await leased(store, request({ at: T + 10 * MINUTE }));
    expect(next.unresolvedLoss).toBe(true);
    await store.attempts.sweep(T + 20 * MINUTE);
    const hourLater = await leased(store, request({ at: T + HOUR }));
    expect(hourLater.unresolvedLoss).toBe(false);
  });

  test('a late message resolves the loss, and the phone rests on', async () => {
    const { store } = await open();
    await live(store, 'lost', { over: { code: lostCode(T) } });
    await store.messages.record(entry(null, {}, T + 6 * MINUTE));
    const early = await store.leases.acquire(request({ at: T + 7 * MINUTE }));
    expect(skipOf(early)).toBe('quarantine');
    expect((await leased(store, request({ at: T + 10 * MINUTE }))).unresolvedLoss).toBe(false);
  });

  test('a control is a guest on a phone that rests: what is lost stays lost, and the rest goes on', async () => {
    const { store } = await open();
    const lost = await live(store, 'lost', { senders: ['ACME'], over: { code: lostCode(T) } });
    const guest = request({
      plan: { target: 'control', probe: 'receive-path' },
      at: T + 6 * MINUTE,
      ownSender: true,
      senders: ['OWN'],
    });
    const lease = await leased(store, guest);
    await ask(store, lease, T + 6 * MINUTE);
    const ours = await store.messages.record(entry(lease.attempt, { from: 'OWN' }, T + 6 * MINUTE + 3000));
    expect(ours).toMatchObject({ attempt: lease.attempt, disposition: null });
    const theirs = await store.messages.record(entry(lease.attempt, { from: 'ACME' }, T + 6 * MINUTE + 4000));
    expect(theirs).toMatchObject({
      attempt: lost.id,
      disposition: 'late',
      afterExpiry: { probe: 'acme-sms' },
    });
    const attempt = ended(guest, lease, 'ok', { code: code(T + 6 * MINUTE) });
    await store.attempts.finish(attempt, { fence: lease.fence, messages: [] });
    expect(skipOf(await store.leases.acquire(request({ at: T + 10 * MINUTE - 1 })))).toBe('quarantine');
    expect(skipOf(await store.leases.acquire(request({ at: T + 10 * MINUTE })))).toBe('granted');
  });

  test('every message of an attempt is settled once, as told or by its place, and its box is wiped', async () => {
    const { store } = await open();
    const wanted = request();
    const lease = await leased(store, wanted);
    await ask(store, lease, T + 1000);
    const ids: string[] = [];
    for (const at of [T + 2000, T + 3000, T + 4000]) {
      const answer = await store.messages.record(entry(lease.attempt, {}, at));
      if (answer.kind === 'recorded') ids.push(answer.id);
    }
    const told = [{ id: ids[1] ?? '', disposition: 'matched' as const }];
    const { settled } = await store.attempts.finish(ended(wanted, lease, 'ok', { code: code(T + 1000) }), {
      fence: lease.fence,
      messages: [...told, { id: 'of-another', disposition: 'stale' }],
    });
    expect(settled.map((one) => [one.message.id, one.disposition])).toEqual([
      [ids[0], 'duplicate'],
      [ids[1], 'matched'],
      [ids[2], 'duplicate'],
    ]);
    const kept = await store.messages.addressed(lease.attempt);
    expect(kept.map((one) => [one.disposition, one.sealed])).toEqual([
      ['duplicate', null],
      ['matched', null],
      ['duplicate', null],
    ]);
  });

  test('messages left unread: the first is the code, copies follow; after a lost code they are late', async () => {
    const { store } = await open();
    const outcomes = [];
    for (const [phone, result] of [
      ['p-ok', code(T)],
      ['p-lost', lostCode(T)],
    ] as const) {
      const wanted = request({ candidates: [candidate(phone, phone)] });
      const lease = await leased(store, wanted);
      await ask(store, lease, T);
      for (const at of [T + 2000, T + 3000]) {
        await store.messages.record({ ...entry(lease.attempt, {}, at), phone });
      }
      const attempt = ended(wanted, lease, phone === 'p-ok' ? 'flow_error' : 'lost', { code: result });
      const { settled } = await store.attempts.finish(attempt, { fence: lease.fence, messages: [] });
      outcomes.push(settled.map((one) => one.disposition));
    }
    expect(outcomes).toEqual([
      ['matched', 'duplicate'],
      ['late', 'late'],
    ]);
  });

  test('an attempt that is swept before its lease ran out ends now, not in the future', async () => {
    const { store } = await open();
    await leased(store, request());
    const [swept] = await store.attempts.sweep(Infinity, T + 3000);
    expect(swept?.attempt).toMatchObject({ outcome: 'aborted', finishedAt: T + 3000 });
  });

  test('a dead node’s attempt that asked for nothing costs nothing and frees its phone', async () => {
    const { store } = await open();
    const wanted = request({ candidates: [candidate('sms-1', 'us-a', CENT)] });
    const lease = await leased(store, wanted);
    expect(await store.attempts.sweep(T + 19_999)).toEqual([]);
    const [swept] = await store.attempts.sweep(T + 20_000);
    expect(swept?.attempt).toMatchObject({
      id: lease.attempt,
      outcome: 'aborted',
      fault: 'monitor',
      code: null,
      finishedAt: T + 20_000,
      account: 'sms-1',
    });
    expect(await store.attempts.find({ limit: 10 })).toEqual([swept?.attempt]);
    expect(await store.state.usage(T + 20_000)).toMatchObject({ spent: 0, quarantines: {} });
    const late = await store.attempts.finish(ended(wanted, lease, 'ok'), {
      fence: lease.fence,
      messages: [],
    });
    expect(late.stored).toBe(false);
    await leased(store, request({ at: T + 20_000 }));
  });

  test('a dead node’s code is unmeasured, its messages are settled, and its phone rests', async () => {
    const { store } = await open();
    const lease = await leased(store, request({ senders: ['ACME'] }));
    await ask(store, lease, T + 1000);
    await store.messages.record(entry(lease.attempt, {}, T + 3000));
    await store.messages.record(entry(null, { from: 'SPAM' }, T + 3500));
    const [swept] = await store.attempts.sweep(T + 30_000);
    expect(swept?.attempt.code).toEqual({
      requestedAt: T + 1000,
      result: 'unmeasured',
      deliveryMs: null,
      uncertaintyMs: 0,
      overdue: false,
    });
    expect(swept?.settled.map((one) => one.disposition)).toEqual(['matched']);
    expect(swept?.attempt.messages.map((one) => [one.disposition, one.afterRequestMs])).toEqual([
      ['matched', 2000],
      ['wrong_sender', 2500],
    ]);
    const until = T + 1000 + 2 * EXPIRY_MS;
    expect((await store.state.usage(T + 30_000)).quarantines).toEqual({ 'us-a': until });
  });

  test('a new process may end all that the old one left, long before it runs out', async () => {
    const { store } = await open();
    const lease = await leased(store, request({ ttlMs: HOUR }));
    const swept = await store.attempts.sweep(Infinity);
    expect(swept.map((one) => one.attempt.id)).toEqual([lease.attempt]);
    expect(swept[0]?.attempt.finishedAt).toBe(T + HOUR);
  });

  test('old attempts and messages are forgotten; limits, spend and rests are not', async () => {
    const { store } = await open();
    const cost = { candidates: [candidate('sms-1', 'us-a', CENT)] };
    await live(store, 'lost', { ...cost, over: { code: lostCode(T) } });
    await store.messages.record(entry(null, {}, T + 6 * MINUTE));
    const running = await leased(store, request({ at: T, candidates: [candidate('sms-2', 'us-b')] }));
    const before = await store.state.usage(T + 8 * MINUTE);
    const kept = await live(store, 'ok', { at: T + 9 * MINUTE, candidates: [candidate('sms-3', null)] });
    expect(await store.attempts.prune(T + 9 * MINUTE)).toEqual({ attempts: 1, messages: 1 });
    expect(await store.attempts.find({ limit: 10 })).toEqual([kept]);
    const after = await store.state.usage(T + 8 * MINUTE);
    expect(after).toMatchObject({ spent: before.spent, quarantines: before.quarantines });
    expect(after.starts['acme']).toEqual({ hour: 3, day: 3 });
    expect(await store.leases.renew([running], T + DAY, T)).toEqual([]);
  });

  test('a message that waits for its attempt is not forgotten', async () => {
    const { store } = await open();
    const lease = await leased(store, request());
    await ask(store, lease, T + 1000);
    await store.messages.record(entry(lease.attempt));
    expect(await store.attempts.prune(T + DAY)).toEqual({ attempts: 0, messages: 0 });
    expect((await store.messages.addressed(lease.attempt)).map((one) => one.sealed)).toEqual([BOX]);
  });
}
