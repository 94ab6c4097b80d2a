// Reading the code out of a message: of all example messages, and of text made to take long.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { readCode } from '../../src/domain/code.ts';
import { cpuMs, median, round, show } from '../figures.ts';
import { emit } from '../row.ts';

const file = new URL('../../test/domain/code-examples.yaml', import.meta.url);
const examples = z.array(z.object({ text: z.string() })).parse(parse(readFileSync(file, 'utf8')));
const texts = examples.map(({ text }) => text);
const ROUNDS = 60;
const REPEATS = 5;
const SIZE = 10_000;

/** Of processor time, which others on the machine do not lengthen. */
function microsOf(text: string): number {
  const began = cpuMs();
  for (let count = 0; count < REPEATS; count += 1) readCode(text, null);
  return ((cpuMs() - began) * 1000) / REPEATS;
}

const fill = (piece: string): string => piece.repeat(Math.ceil(SIZE / piece.length)).slice(0, SIZE);

/** Whatever candidates, keywords, decoys and spaces can be made of. */
const HOSTILE = [
  '1',
  '12',
  '123456 ',
  '1-2-3-',
  '1 2 3 ',
  'a1 ',
  'code ',
  'code is 123456 ',
  'your code: ',
  'G-',
  '@example.com #',
  '@a.b #1 ',
  'http://a.b/1 ',
  '+1 202 555 0111 ',
  '$1,234.56 ',
  '12:34 ',
  '2026-01-31 ',
  '\u202e1',
  '\u200b',
  '٣',
  '０',
  '(',
  '.',
  '\n',
  '\t1',
  'ref 12345 order 67890 ',
  'code code code 1234 5678 ',
  'e\u0301',
  '1\u0301',
  'code 1\n\n',
  'x'.repeat(50) + '1 ',
].map(fill);

for (let round = 0; round < 20; round += 1) for (const text of texts) readCode(text, null);
const typical: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const began = cpuMs();
  for (const text of texts) readCode(text, null);
  typical.push(((cpuMs() - began) * 1000) / texts.length);
}
const hostile = HOSTILE.map((text) => {
  microsOf(text);
  return median(Array.from({ length: 5 }, () => microsOf(text)));
});
const worst = Math.max(...hostile);
emit({
  what: 'reading a code: typical; hostile 10 kB',
  figure: `${show(median(typical), 'us')}; ${show(worst / 1000, 'ms')}`,
  beside: '-',
  ratio: null,
  reach: '<= 50 us; <= 5 ms',
  holds: median(typical) <= 50 && worst <= 5000,
  data: {
    messages: texts.length,
    typicalUs: round(median(typical)),
    worstMs: round(worst / 1000),
    worstText: JSON.stringify(HOSTILE[hostile.indexOf(worst)]?.slice(0, 12)),
  },
});
