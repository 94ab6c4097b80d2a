import { load } from 'cheerio';
import { expect, test } from 'vitest';
import { CAUSES } from '../../src/domain/verdict/cause.ts';
import type { WatchView } from '../../src/ports/operations.ts';
import { evidenceOf, percent, timeOfDay, verdictSentence } from '../../src/web/pages/verdict-words.ts';
import { NOON } from '../support/builders.ts';
import { aDetector, anOutage, aWatch } from '../support/watch-views.ts';

const said = (watch: WatchView, sends = true) => {
  const { tone, text } = verdictSentence(watch, sends);
  return [tone, load(text.toString()).text().replace(/\s+/g, ' ').trim()];
};

test('a named fault is one sentence: what happens, and whose fault it is', () => {
  expect(said(anOutage())).toEqual(['bad', 'SMS codes do not arrive: the target’s code sender is broken.']);
  const carrier = { cause: 'carrier', subject: 'carrier-a' } as const;
  const slow = aDetector('US-carrier-a', { status: 'ALARM', hypothesis: 'slow' });
  expect(said(aWatch({ verdict: carrier, detectors: [slow] }))).toEqual([
    'bad',
    'SMS codes come late through carrier-a: this carrier is broken, not the target.',
  ]);
  expect(said(aWatch({ verdict: { cause: 'number', subject: 'us-a' } }))).toEqual([
    'warn',
    'Our number us-a does not get its codes; other numbers do.',
  ]);
  expect(said(aWatch({ verdict: { cause: 'receiver', subject: 'sim-rack' } }))).toEqual([
    'unsure',
    'We do not receive our messages at inbox sim-rack: the fault is ours, not the target’s.',
  ]);
});

test('every cause reads as a sentence, with its subject and without', () => {
  for (const cause of CAUSES) {
    for (const subject of ['us-a', null]) {
      const [, text] = said(aWatch({ verdict: { cause, subject } }));
      expect(text).toMatch(/^[A-Z].*[^ ]\.$/);
      expect(text).not.toMatch(/ {2}|null|undefined|_| ;| \./);
    }
  }
});

test('a target that sends no codes is healthy without speaking of codes', () => {
  expect(said(aWatch(), false)).toEqual(['good', 'Logins work.']);
});

test('a verdict that abstains says how far it is: alarm, suspicion, or nothing seen yet', () => {
  const verdict = { cause: 'inconclusive' } as const;
  const at = (status: 'ALARM' | 'SUSPECT' | 'OK') =>
    said(aWatch({ verdict, detectors: [aDetector('all', { status, hypothesis: null })] }));
  expect(at('ALARM')).toEqual([
    'bad',
    'SMS codes do not arrive; the evidence does not yet tell who is to blame.',
  ]);
  expect(at('SUSPECT')).toEqual(['warn', 'Codes fail; more are asked for before anybody is blamed.']);
  expect(at('OK')).toEqual(['idle', 'Not enough has been measured yet to say that all is well.']);
});

test('the line of words is taken apart into clauses, and what is most probable', () => {
  const missing = ['add a control to tell the sender from the way', 'add a canary; it helps'];
  const words = `SMS codes: 3 of 3 lost; no control SMS yet -> inconclusive (carrier a 60 %, our receiver 30 %); ${missing.join('; ')}`;
  expect(evidenceOf({ words, missing })).toEqual({
    seen: ['SMS codes: 3 of 3 lost', 'no control SMS yet'],
    probable: 'carrier a 60 %, our receiver 30 %',
  });
  expect(evidenceOf(anOutage().verdict).probable).toBeNull();
  expect(evidenceOf({ words: '', missing: [] })).toEqual({ seen: [], probable: null });
  expect(evidenceOf({ words: 'no arrow at all', missing: [] }).seen).toEqual(['no arrow at all']);
});

test('no verdict is shown as certain', () => {
  expect([1, 0.9962, 0.994, 0.5, 0.001].map(percent)).toEqual([
    'over 99 %',
    'over 99 %',
    '99 %',
    '50 %',
    'under 1 %',
  ]);
});

test('a time of day has its date when it is another day', () => {
  const text = (at: number) => load(timeOfDay(at, NOON).toString()).text();
  expect(text(NOON - 60_000)).toBe('11:59 UTC');
  expect(text(NOON - 86_400_000)).toBe('2026-01-14 12:00 UTC');
});
