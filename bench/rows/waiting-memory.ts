// What an attempt holds while it waits for its code, with very many of them.
import { freePort } from '../../test/support/free-port.ts';
import { startChild } from '../children.ts';
import { namedAccounts } from '../configuration.ts';
import { MEGABYTE, memoryUsed, round, show } from '../figures.ts';
import { startProber, temporaryFolder } from '../prober.ts';
import { emit } from '../row.ts';

const WAITING = 10_000;
const AT_ONCE = 40;

const target = startChild('./target.ts');
const url = await target.ask<string>({});
const hooks = `127.0.0.1:${await freePort()}`;
let asked = 0;
let allAsked = (): void => undefined;
const prober = await startProber(
  {
    target: url,
    store: `${temporaryFolder()}/twofa.db`,
    factor: 'sms',
    accounts: namedAccounts(WAITING),
    probes: 'one',
    hooks,
    deadline: '50m',
    expiry: '1h',
  },
  {
    onEvent: ({ kind }) => {
      if (kind !== 'code_requested') return;
      asked += 1;
      wake();
      if (asked === WAITING) allAsked();
    },
  },
);

const sleepers: (() => void)[] = [];
const wake = (): void => sleepers.shift()?.();
const before = await memoryUsed();
const done = new Promise<void>((resolve) => {
  allAsked = resolve;
});
const began = performance.now();
for (let index = 0; index < WAITING; index += 1) {
  if (index - asked >= AT_ONCE) {
    await new Promise<void>((resolve) => {
      sleepers.push(resolve);
    });
  }
  void prober.login(index);
}
await done;
const tookMs = performance.now() - began;
const after = await memoryUsed();
const perAttempt = (after.heap - before.heap) / WAITING;
emit({
  what: `memory of a waiting attempt, ${WAITING.toLocaleString('en-US')} of them`,
  figure: `${show(perAttempt / 1000, 'kB')}; RSS ${show(after.rss / MEGABYTE, 'MB')}`,
  beside: `before: RSS ${show(before.rss / MEGABYTE, 'MB')}`,
  ratio: null,
  reach: '<= 20 kB; RSS <= 350 MB',
  holds: perAttempt <= 20_000 && after.rss <= 350 * MEGABYTE,
  data: {
    waiting: prober.app.engine.desk.inFlight,
    bytesPerAttempt: Math.round(perAttempt),
    rssMegabytes: round(after.rss / MEGABYTE),
    rssBeforeMegabytes: round(before.rss / MEGABYTE),
    startedPerSecond: round((WAITING * 1000) / tookMs),
  },
});
await target.end();
process.exit(0);
