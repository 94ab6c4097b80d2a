import { expect, test } from 'vitest';
import { MINUTE } from '../../src/domain/units.ts';
import type { Fresh } from '../contracts/store-contract.ts';
import {
  ask,
  BOX,
  candidate,
  code,
  entry,
  leased,
  live,
  lostCode,
  message,
  request,
  stamp,
  T,
} from './builders.ts';

export function messageTests(open: Fresh): void {
  test('a message is counted once, however often its provider delivers it', async () => {
    const { store } = await open();
    const one = entry(null, { providerId: 'SM-same' });
    const answers = await Promise.all([store.messages.record(one), store.messages.record(one)]);
    expect(answers.map((answer) => answer.kind).sort()).toEqual(['known', 'recorded']);
    const elsewhere = await store.messages.record(entry(null, { providerId: 'SM-same', inbox: 'other' }));
    expect(elsewhere.kind).toBe('recorded');
  });

  test('a message for an attempt in flight is stored only sealed to that attempt', async () => {
    const { store } = await open();
    const wanted = request();
    const lease = await leased(store, wanted);
    await ask(store, lease, T + 1000);
    const seal = { kind: 'seal', attempt: lease.attempt, publicKey: wanted.publicKey };
    const asked = message({ providerId: 'SM-1' });
    expect(await store.messages.record({ message: asked, phone: 'us-a', sealed: null })).toEqual(seal);
    const wrong = { attempt: 'an-old-one', box: BOX };
    expect(await store.messages.record({ message: asked, phone: 'us-a', sealed: wrong })).toEqual(seal);
    expect(await store.messages.addressed(lease.attempt)).toEqual([]);
    const right = { attempt: lease.attempt, box: BOX };
    const answer = await store.messages.record({ message: asked, phone: 'us-a', sealed: right });
    expect(answer).toMatchObject({
      kind: 'recorded',
      attempt: lease.attempt,
      disposition: null,
      afterExpiry: null,
    });
    const [kept] = await store.messages.addressed(lease.attempt);
    expect(kept).toEqual({
      ...asked,
      id: answer.kind === 'recorded' ? answer.id : '',
      phone: 'us-a',
      attempt: lease.attempt,
      disposition: null,
      sealed: BOX,
    });
  });

  test('what nobody waited for is accounted for without its text', async () => {
    const { store } = await open();
    const answer = await store.messages.record(entry('some-attempt'));
    expect(answer).toMatchObject({ kind: 'recorded', attempt: null, disposition: 'unmatched' });
    expect(await store.messages.addressed('some-attempt')).toEqual([]);
    const unknown = await store.messages.record({ message: message(), phone: null, sealed: null });
    expect(unknown).toMatchObject({ kind: 'recorded', disposition: 'unmatched' });
  });

  test('a message is stale before the code was asked for, or when its provider says so', async () => {
    const { store } = await open();
    const lease = await leased(store, request());
    expect(await store.messages.record(entry(lease.attempt, {}, T + 500))).toMatchObject({
      disposition: 'stale',
    });
    await ask(store, lease, T + 10_000);
    const old = { times: [{ clock: 'provider' as const, at: T, resolutionMs: 1000 }] };
    expect(await store.messages.record(entry(lease.attempt, old, T + 12_000))).toMatchObject({
      disposition: 'stale',
    });
  });

  test('senders that may not send the code are told apart, and show on the attempt', async () => {
    const { store } = await open();
    const lease = await leased(store, request({ senders: ['ACME', '+1833*'] }));
    await ask(store, lease, T + 1000);
    const wrong = await store.messages.record(entry(lease.attempt, { from: '+18445550199' }));
    expect(wrong).toMatchObject({ attempt: lease.attempt, disposition: 'wrong_sender' });
    const [kept] = await store.messages.addressed(lease.attempt);
    expect(kept).toMatchObject({ disposition: 'wrong_sender', sealed: null, from: '+1•••0199' });
    const right = await store.messages.record(entry(lease.attempt, { from: '+18335550100' }));
    expect(right).toMatchObject({ attempt: lease.attempt, disposition: null });
  });

  test('after a success a message is a copy until the code expires, then nobody’s', async () => {
    const { store } = await open();
    const attempt = await live(store, 'ok', { over: { code: code(T) } });
    const copy = await store.messages.record(entry(null, {}, T + 20_000));
    expect(copy).toMatchObject({ attempt: attempt.id, disposition: 'duplicate', afterExpiry: null });
    const nobodys = await store.messages.record(entry(null, {}, T + 6 * MINUTE));
    expect(nobodys).toMatchObject({ attempt: null, disposition: 'unmatched' });
  });

  test('a lost code that comes while its phone rests is late, and says whose it was', async () => {
    const { store } = await open();
    const attempt = await live(store, 'lost', { over: { code: lostCode(T) } });
    const late = await store.messages.record(entry(null, {}, T + 6 * MINUTE));
    expect(late).toMatchObject({
      attempt: attempt.id,
      disposition: 'late',
      afterExpiry: { probe: 'acme-sms', target: 'acme', route: 'US-carrier-a' },
    });
  });

  test('a code whose node died is late, and after its expiry only when it is', async () => {
    const { store } = await open();
    const lease = await leased(store, request());
    await ask(store, lease, T);
    await store.attempts.sweep(Infinity);
    const within = await store.messages.record(entry(null, {}, T + MINUTE));
    expect(within).toMatchObject({ attempt: lease.attempt, disposition: 'late', afterExpiry: null });
    const after = await store.messages.record(
      entry(null, { arrived: { ...stamp(T + 6 * MINUTE), boot: 'boot-2' } }, T),
    );
    expect(after).toMatchObject({ disposition: 'late', afterExpiry: { probe: 'acme-sms' } });
  });

  test('messages come back in the order of their arrival', async () => {
    const { store } = await open();
    const lease = await leased(store, request({ candidates: [candidate()] }));
    await ask(store, lease, T);
    for (const at of [T + 3000, T + 1000, T + 2000]) {
      await store.messages.record(entry(lease.attempt, {}, at));
    }
    const arrivals = (await store.messages.addressed(lease.attempt)).map((one) => one.arrived.at);
    expect(arrivals).toEqual([T + 1000, T + 2000, T + 3000]);
  });

  test('the last arrival of each inbox is known, whosever the message was', async () => {
    const { store } = await open();
    expect(await store.messages.lastArrivals()).toEqual({});
    await store.messages.record(entry(null, { inbox: 'a' }, T + 2000));
    await store.messages.record(entry(null, { inbox: 'a' }, T + 1000));
    await store.messages.record(entry(null, { inbox: 'b' }, T));
    expect(await store.messages.lastArrivals()).toEqual({ a: T + 2000, b: T });
  });
}
