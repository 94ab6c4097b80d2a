import { expect, test } from 'vitest';
import { createHistory } from '../../src/app/history.ts';
import type { Attempt } from '../../src/domain/attempt.ts';
import { DAY, MINUTE, SECOND } from '../../src/domain/units.ts';
import type { AttemptQuery } from '../../src/ports/store.ts';
import { anAttempt, aPlan, NOON } from '../support/builders.ts';
import { FakeClock } from '../support/fake-clock.ts';

const ended = (id: string, finishedAt: number, probe = 'acme-sms'): Attempt =>
  anAttempt(aPlan(id, { probe }), { finishedAt });

type Place = Pick<Attempt, 'id' | 'finishedAt'>;
const newestFirst = (a: Place, b: Place): number =>
  b.finishedAt - a.finishedAt || (a.id < b.id ? 1 : Number(a.id === b.id) - 1);

/** A store of attempts, newest first, that counts how often it is asked. */
function stand(stored: Attempt[]) {
  const clock = new FakeClock(NOON);
  const queries: AttemptQuery[] = [];
  const find = (query: AttemptQuery) => {
    const { since = 0, after, limit } = query;
    queries.push(query);
    const found = stored.filter(({ finishedAt }) => finishedAt >= since).sort(newestFirst);
    const rest = after ? found.filter((attempt) => newestFirst(after, attempt) < 0) : found;
    return Promise.resolve(rest.slice(0, limit));
  };
  const history = createHistory({ attempts: { find }, clock });
  const ids = async (probe = 'acme-sms') => ((await history.marks()).get(probe) ?? []).map(({ id }) => id);
  return { clock, queries, history, ids, stored };
}

const never = new AbortController().signal;

test('the last day is read page by page, whole and in order', async () => {
  const all = Array.from({ length: 1300 }, (_, index) => ended(`a${index}`, NOON - (1300 - index) * SECOND));
  const { history, ids, queries } = stand([...all, ended('old', NOON - DAY - 1)]);
  await history.load(never);
  expect(await ids()).toEqual(all.map(({ id }) => id));
  expect(queries.length).toBeLessThan(6);
});

test('more attempts of one instant than a page has are read too', async () => {
  const { history, ids } = stand(Array.from({ length: 700 }, (_, index) => ended(`a${index}`, NOON - 5)));
  await history.load(never);
  expect(new Set(await ids()).size).toBe(700);
});

test('what ends here is known at once, and once', async () => {
  const { history, ids, stored } = stand([]);
  const [first, second] = [ended('first', NOON - 2000), ended('second', NOON - 1000)];
  stored.push(first, second);
  for (const attempt of [second, first, second]) history.observe({ kind: 'attempt_finished', attempt });
  expect(await ids()).toEqual(['first', 'second']);
});

test('what another node has kept is found, without a look into the store for each page', async () => {
  const { clock, history, ids, stored, queries } = stand([]);
  expect(await ids()).toEqual([]);
  stored.push(ended('other', NOON - MINUTE));
  expect(await ids()).toEqual([]);
  await clock.advance(6 * SECOND);
  expect(await ids()).toEqual(['other']);
  await history.marks();
  expect(queries).toHaveLength(2);
});

test('what is older than a day is forgotten, a probe with nothing else too', async () => {
  const { clock, history, ids } = stand([ended('a', NOON - DAY + 30 * MINUTE), ended('b', NOON, 'other')]);
  await history.load(never);
  expect(await ids()).toEqual(['a']);
  await clock.advance(HALF_HOUR + 1);
  expect(await ids()).toEqual([]);
  expect([...(await history.marks()).keys()]).toEqual(['other']);
});
const HALF_HOUR = 30 * MINUTE;

test('no probe fills the memory', async () => {
  const { history, ids } = stand([]);
  for (let index = 0; index < 3100; index += 1)
    history.observe({ kind: 'attempt_finished', attempt: ended(`a${index}`, NOON - 3100 + index) });
  const kept = await ids();
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([3000, 'a100', 'a3099']);
});

test('a daemon that stops reads no further', async () => {
  const { history, queries } = stand([ended('a', NOON)]);
  const stopping = new AbortController();
  stopping.abort(new Error('the daemon is stopping'));
  await expect(history.load(stopping.signal)).rejects.toThrow('the daemon is stopping');
  expect(queries).toEqual([]);
});
