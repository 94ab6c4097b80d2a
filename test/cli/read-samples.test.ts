import { onTestFinished, expect, test } from 'vitest';
import { readSamples } from '../../src/cli/read-samples.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { live, T } from '../stores/builders.ts';

test.each([1, 2, 4, 5, 6])(
  'with %i attempts on a page all are read, once, and none from before',
  async (pageSize) => {
    const store = await openSqliteStore(':memory:', { boot: 'boot-1' });
    onTestFinished(() => store.close());
    const probes = ['p1', 'p2', 'p3', 'p4'];
    for (const probe of probes) await live(store, 'ok', { plan: { probe }, over: { finishedAt: T + 1 } });
    await live(store, 'ok', { plan: { probe: 'old' }, over: { finishedAt: T - 1 } });
    const signal = new AbortController().signal;
    const read = await readSamples(store.attempts, { since: T, signal, pageSize });
    expect(read.map(({ probe }) => probe).sort()).toEqual(probes);
  },
);

test('an interrupt ends it', async () => {
  const store = await openSqliteStore(':memory:', { boot: 'boot-1' });
  onTestFinished(() => store.close());
  const interrupted = AbortSignal.abort(new Error('interrupted'));
  await expect(readSamples(store.attempts, { since: T, signal: interrupted })).rejects.toThrow('interrupted');
});
