import { onTestFinished, expect, test } from 'vitest';
import type { Cause } from '../../src/domain/verdict/cause.ts';
import { KEPT_PER_TARGET, VerdictHistory } from '../../src/engine/watch/verdict-history.ts';
import type { EventOf } from '../../src/ports/observer.ts';
import { StoreDown, type StateBook } from '../../src/ports/store.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { NOON } from '../support/builders.ts';

const openState = async (): Promise<StateBook> => {
  const store = await openSqliteStore(':memory:', { boot: 'boot-1' });
  onTestFinished(() => store.close());
  return store.state;
};

const logger = { log: () => undefined };

const changed = (
  minute: number,
  cause: Cause,
  more: { target?: string; before?: Cause } = {},
): EventOf['verdict_changed'] => ({
  kind: 'verdict_changed',
  target: more.target ?? 'acme',
  before: more.before ?? 'healthy',
  verdict: {
    at: NOON + minute * 60_000,
    cause,
    subject: null,
    posterior: 0.97,
    words: `SMS codes: seen -> ${cause}`,
    missing: ['add a canary'],
    failingSince: NOON - 60_000,
  },
});

const causes = async (history: VerdictHistory, query: Parameters<VerdictHistory['list']>[0]) =>
  (await history.list(query)).map(({ verdict }) => verdict.cause);

test('changes come newest first, of one target or of all', async () => {
  const history = new VerdictHistory({ state: await openState(), logger });
  await history.load();
  history.note(changed(1, 'code_sender'));
  history.note(changed(2, 'login', { target: 'shop' }));
  history.note(changed(3, 'healthy', { before: 'code_sender' }));
  expect(await causes(history, { limit: 10 })).toEqual(['healthy', 'login', 'code_sender']);
  expect(await causes(history, { limit: 2 })).toEqual(['healthy', 'login']);
  expect(await causes(history, { target: 'acme', limit: 10 })).toEqual(['healthy', 'code_sender']);
  await history.save();
  expect(await causes(history, { target: 'acme', limit: 10 })).toEqual(['healthy', 'code_sender']);
  expect(await causes(history, { target: 'acm', limit: 10 })).toEqual([]);
});

test('a restart finds what was saved, whole', async () => {
  const state = await openState();
  const before = new VerdictHistory({ state, logger });
  await before.load();
  const event = changed(1, 'carrier');
  before.note(event);
  await before.save();
  const after = new VerdictHistory({ state, logger });
  await after.load();
  const expected = [{ target: 'acme', before: 'healthy', verdict: event.verdict }];
  expect(await after.list({ limit: 10 })).toEqual(expected);
  expect(await after.list({ target: 'acme', limit: 10 })).toEqual(expected);
});

test('several changes in one instant become one, from the first to the last', async () => {
  const history = new VerdictHistory({ state: await openState(), logger });
  await history.load();
  history.note(changed(1, 'inconclusive'));
  history.note(changed(1, 'code_sender', { before: 'inconclusive' }));
  for (const query of [{ limit: 10 }, { target: 'acme', limit: 10 }]) {
    expect(await history.list(query)).toMatchObject([
      { before: 'healthy', verdict: { cause: 'code_sender' } },
    ]);
  }
});

test('of each target the newest are kept, and the others go', async () => {
  const state = await openState();
  const history = new VerdictHistory({ state, logger });
  await history.load();
  history.note(changed(0, 'clock', { target: 'shop' }));
  for (let minute = 1; minute <= KEPT_PER_TARGET + 3; minute += 1) history.note(changed(minute, 'login'));
  await history.save();
  const kept = Object.keys(await state.read('verdicts/'));
  expect(kept.filter((key) => key.startsWith('verdicts/acme/'))).toHaveLength(KEPT_PER_TARGET);
  expect(kept.filter((key) => key.startsWith('verdicts/shop/'))).toHaveLength(1);
  const all = await history.list({ target: 'acme', limit: 1000 });
  expect([all.length, all.at(-1)?.verdict.at]).toEqual([KEPT_PER_TARGET, NOON + 4 * 60_000]);
});

test('names that look like the start of another are told apart', async () => {
  const history = new VerdictHistory({ state: await openState(), logger });
  await history.load();
  for (const target of ['acme', 'acme/eu', 'acme%2Feu', 'a b']) history.note(changed(1, 'login', { target }));
  await history.save();
  for (const target of ['acme', 'acme/eu', 'acme%2Feu', 'a b']) {
    expect((await history.list({ target, limit: 10 })).map((change) => change.target)).toEqual([target]);
  }
});

test('while the store is away changes wait, and are kept when it is back', async () => {
  const real = await openState();
  let down = true;
  const state: StateBook = {
    ...real,
    write: (entries) => (down ? Promise.reject(new StoreDown('gone')) : real.write(entries)),
  };
  const history = new VerdictHistory({ state, logger });
  await history.load();
  history.note(changed(1, 'login'));
  await history.save();
  expect(await causes(history, { target: 'acme', limit: 10 })).toEqual(['login']);
  down = false;
  await history.save();
  expect(Object.keys(await real.read('verdicts/'))).toHaveLength(1);
});

test('entries that this version cannot read are passed over', async () => {
  const state = await openState();
  await state.write({
    'verdicts/acme/2026-01-01T00:00:00.000Z': {
      target: 'acme',
      before: 'healthy',
      verdict: { cause: 'aliens' },
    },
    'verdicts/acme/2026-01-01T00:00:01.000Z': 7,
  });
  const history = new VerdictHistory({ state, logger });
  await history.load();
  expect(await history.list({ limit: 10 })).toEqual([]);
  expect(await history.list({ target: 'acme', limit: 10 })).toEqual([]);
});
