import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { HEALTHY } from '../../src/sim/conditions.ts';
import { SCENARIOS } from '../../src/sim/scenario-kinds.ts';
import { createScenarios, parseScenario, scenarioHelp, writeScenario } from '../../src/sim/scenarios.ts';
import { createWorld } from '../../src/sim/world.ts';

const world = createWorld('test');
const start = () => {
  const switches: (readonly string[])[] = [];
  return { scenarios: createScenarios(world, (active) => switches.push(active)), switches };
};

test.each([
  ['lossy 0.2', { name: 'lossy', args: { share: 0.2 } }],
  ['slow', { name: 'slow', args: { factor: 8 } }],
  ['slow 3', { name: 'slow', args: { factor: 3 } }],
  ['  carrier-outage   carrier-a ', { name: 'carrier-outage', args: { carrier: 'carrier-a' } }],
  ['2fa-not-asked', { name: '2fa-not-asked', args: {} }],
  ['rate-limit carrier', { name: 'rate-limit', args: { where: 'carrier' } }],
  ['healthy', { name: 'healthy', args: {} }],
])('"%s" is read', (text, expected) => {
  expect(parseScenario(text)).toEqual(expected);
});

test.each([
  ['sms-sendr-off', /did you mean "sms-sender-off"\?.*Known: healthy.*slow \[factor\].*lossy SHARE/],
  ['', /there is no scenario ""/],
  ['lossy', /lossy: share: .*expected: lossy SHARE/],
  ['lossy 2', /lossy: share: .*<=1/],
  ['lossy much', /lossy: share: .*expected: lossy SHARE/],
  ['lossy 0.1 0.2', /found 2 arguments, expected: lossy SHARE/],
  ['healthy 1', /found 1 arguments, expected: healthy/],
  ['rate-limit phone', /rate-limit: where: .*"site"\|"carrier"/],
])('"%s" is refused with what is known', (text, message) => {
  expect(() => parseScenario(text)).toThrow(message);
});

test('every scenario can be written as it was read, and has a summary', () => {
  const values: Readonly<Record<string, string>> = { SHARE: '0.2', CARRIER: 'carrier-a', PHONE: 'us-a' };
  for (const { usage, summary } of scenarioHelp()) {
    const [name = '', argument = ''] = usage.split(' ');
    const text = values[argument] ? `${name} ${values[argument]}` : name;
    expect(writeScenario(parseScenario(text)).startsWith(text)).toBe(true);
    expect(summary).not.toBe('');
  }
  expect(scenarioHelp()).toHaveLength(SCENARIOS.length + 1);
});

test('every scenario but healthy changes something, and healthy changes it back', () => {
  const { scenarios } = start();
  const values: Readonly<Record<string, string>> = {
    lossy: '0.2',
    'carrier-outage': 'carrier-a',
    'number-dead': 'us-a',
  };
  const without = SCENARIOS.filter(({ name }) => {
    scenarios.clear();
    scenarios.set(`${name} ${values[name] ?? ''}`);
    return isDeepStrictEqual(scenarios.conditions(), HEALTHY);
  });
  expect(without).toEqual([]);
  scenarios.set('healthy');
  expect(scenarios.conditions()).toEqual(HEALTHY);
});

test('several scenarios hold at once, the same carrier only once, two carriers both', () => {
  const { scenarios } = start();
  scenarios.set('carrier-outage carrier-a');
  scenarios.set('carrier-outage carrier-a');
  scenarios.set('carrier-outage carrier-b');
  scenarios.set('slow 2');
  scenarios.set('slow 4');
  expect(scenarios.list().map(writeScenario)).toEqual([
    'carrier-outage carrier-a',
    'carrier-outage carrier-b',
    'slow 4',
  ]);
  expect(scenarios.conditions()).toMatchObject({ deadCarriers: ['carrier-a', 'carrier-b'], slowFactor: 4 });
});

test('one name can be ended, the others stay', () => {
  const { scenarios, switches } = start();
  scenarios.set('duplicates');
  scenarios.set('reorder');
  scenarios.clear('duplicates');
  expect(scenarios.conditions()).toMatchObject({ duplicateShare: 0, holdShare: 1 / 3 });
  expect(switches).toEqual([['duplicates'], ['duplicates', 'reorder'], ['reorder']]);
});

test('a carrier or phone that is not there is refused with those that are, and nothing changes', () => {
  const { scenarios, switches } = start();
  expect(() => scenarios.set('carrier-outage carrier-z')).toThrow(
    'carrier-outage: there is no carrier "carrier-z"; known: carrier-a, carrier-b',
  );
  expect(() => scenarios.set('number-dead us-z')).toThrow(
    /there is no phone "us-z"; known: us-a, us-b, us-c, us-d/,
  );
  expect(() => scenarios.set({ name: 'lossy', args: { share: 0.1, extra: 1 } })).toThrow(/extra/);
  expect(scenarios.list()).toEqual([]);
  expect(switches).toEqual([]);
});

test('a phone may be named by its number', () => {
  const { scenarios } = start();
  scenarios.set({ name: 'number-dead', args: { phone: '+12025550112' } });
  expect(scenarios.conditions().deadPhones).toEqual(['+12025550112']);
});

test('in the order in which two are switched on, the worse sender wins', () => {
  for (const order of [
    ['sms-sender-off', 'twitter-2022'],
    ['twitter-2022', 'sms-sender-off'],
  ]) {
    const { scenarios } = start();
    for (const name of order) scenarios.set(name);
    expect(scenarios.conditions().siteSendsTo).toBe('nobody');
  }
});
