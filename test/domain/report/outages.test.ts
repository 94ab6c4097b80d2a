import { expect, test } from 'vitest';
import { outagesOf, type VerdictNews } from '../../../src/domain/report/outages.ts';
import { HOUR, MINUTE } from '../../../src/domain/units.ts';
import type { Cause } from '../../../src/domain/verdict/cause.ts';
import { NOON } from '../../support/builders.ts';

const at = (minute: number): number => NOON + minute * MINUTE;

const says = (
  minute: number,
  cause: Cause,
  { failing = null, target = 'acme' }: { failing?: number | null; target?: string } = {},
): VerdictNews => ({
  target,
  verdict: {
    at: at(minute),
    cause,
    subject: null,
    posterior: 0.97,
    words: `seen at ${minute} -> ${cause}`,
    failingSince: failing === null ? null : at(failing),
  },
});

const DAY_OF = { since: at(0), until: at(600) };

test('an outage begins when codes began to fail, and ends when the verdict is healthy', () => {
  expect(outagesOf([says(10, 'code_sender', { failing: 2 }), says(50, 'healthy')], DAY_OF)).toEqual([
    {
      target: 'acme',
      start: at(2),
      namedAt: at(10),
      end: at(50),
      cause: 'code_sender',
      subject: null,
      posterior: 0.97,
      evidence: 'seen at 10 -> code_sender',
    },
  ]);
});

test('without an alarm it begins when it was named', () => {
  expect(outagesOf([says(10, 'login'), says(50, 'healthy')], DAY_OF)).toMatchObject([{ start: at(10) }]);
});

test('what held longest gives the name; a name goes before none', () => {
  const news = [
    says(10, 'inconclusive', { failing: 2 }),
    says(30, 'carrier'),
    says(35, 'code_sender'),
    says(50, 'healthy'),
  ];
  expect(outagesOf(news, DAY_OF)).toMatchObject([{ start: at(2), namedAt: at(10), cause: 'code_sender' }]);
  expect(outagesOf([...news.slice(0, 2), says(31, 'healthy')], DAY_OF)).toMatchObject([{ cause: 'carrier' }]);
});

test('not to know is no outage, unless a detector alarms', () => {
  expect(outagesOf([says(10, 'inconclusive'), says(50, 'healthy')], DAY_OF)).toEqual([]);
  expect(outagesOf([says(10, 'inconclusive', { failing: 2 }), says(50, 'healthy')], DAY_OF)).toMatchObject([
    { cause: 'inconclusive', start: at(2) },
  ]);
});

test('an outage that goes on has no end; each target has its own, in any order of the news', () => {
  const news = [says(50, 'healthy'), says(10, 'login'), says(20, 'carrier', { target: 'shop' })];
  expect(outagesOf(news, DAY_OF).map(({ target, end }) => [target, end])).toEqual([
    ['acme', at(50)],
    ['shop', null],
  ]);
});

test('only what the period saw is told, whole', () => {
  const news = [says(10, 'login'), says(50, 'healthy'), says(100, 'login'), says(150, 'healthy')];
  expect(outagesOf(news, { since: at(60), until: at(90) })).toEqual([]);
  expect(outagesOf(news, { since: at(40), until: at(40) + HOUR / 6 })).toMatchObject([
    { start: at(10), end: at(50) },
  ]);
});
