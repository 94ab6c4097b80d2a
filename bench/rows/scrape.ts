// Writing /metrics with 10,000 series, and prom-client's own text of the same registry.
import { performance } from 'node:perf_hooks';
import { Registry, type OpenMetricsContentType } from 'prom-client';
import { startAtZero, describe } from '../../src/metrics/configured.ts';
import { expose } from '../../src/metrics/expose.ts';
import { openFamilies } from '../../src/metrics/families.ts';
import { aPhone, aProbe, anInventory } from '../../test/support/builders.ts';
import { median, round, show } from '../figures.ts';
import { emit } from '../row.ts';

const SERIES = 10_000;
const ROUNDS = 40;

const registry = new Registry<OpenMetricsContentType>();
registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
const families = openFamilies(registry);
let probes = 0;
while ((await count()) < SERIES) {
  probes += 50;
  const inventory = anInventory({
    probes: Array.from({ length: probes }, (_, index) => aProbe(`acme-${index}`, { phones: [`p-${index}`] })),
    phones: Array.from({ length: probes }, (_, index) => aPhone(`p-${index}`)),
  });
  describe(families, inventory);
  startAtZero(families, inventory);
}

async function count(): Promise<number> {
  const json = await registry.getMetricsAsJSON();
  return json.reduce((sum, { values }) => sum + values.length, 0);
}

/** How long it takes, and the longest time for which nothing else had its turn. */
async function time(write: () => Promise<unknown>): Promise<{ ms: number; blockedMs: number }> {
  let blockedMs = 0;
  let last = performance.now();
  let going = true;
  const beat = () => {
    const now = performance.now();
    blockedMs = Math.max(blockedMs, now - last);
    last = now;
    if (going) setImmediate(beat);
  };
  setImmediate(beat);
  const began = performance.now();
  await write();
  const ms = performance.now() - began;
  going = false;
  beat();
  return { ms, blockedMs };
}

const text = () => expose(registry, 'text/plain');
const openMetrics = () => expose(registry, 'application/openmetrics-text;version=1.0.0');
const library = () => registry.metrics();
const ours: number[] = [];
const ourOpen: number[] = [];
const theirs: number[] = [];
const blocked: number[] = [];
for (let turn = 0; turn < ROUNDS + 5; turn += 1) {
  const [library_, text_, open_] = [await time(library), await time(text), await time(openMetrics)];
  if (turn < 5) continue;
  theirs.push(library_.ms);
  ours.push(text_.ms);
  ourOpen.push(open_.ms);
  blocked.push(Math.max(text_.blockedMs, open_.blockedMs));
}
const ratio = median(ours) / median(theirs);
emit({
  what: `/metrics with ${(await count()).toLocaleString('en-US')} series`,
  figure: `${show(median(ours), 'ms')}, blocking ${show(median(blocked), 'ms')}`,
  beside: `prom-client, same registry: ${show(median(theirs), 'ms')}`,
  ratio: round(ratio),
  reach: '<= 1.3 of it; blocking <= 30 ms',
  holds: ratio <= 1.3 && median(blocked) <= 30,
  data: {
    textMs: round(median(ours)),
    openMetricsMs: round(median(ourOpen)),
    libraryMs: round(median(theirs)),
    blockedMedianMs: round(median(blocked)),
    blockedMaxMs: round(Math.max(...blocked)),
  },
});
