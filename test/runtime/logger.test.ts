import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLogger, LOG_FORMATS } from '../../src/runtime/logger.ts';

function logged(format: (typeof LOG_FORMATS)[number], reason: unknown): string {
  let written = '';
  createLogger('debug', format, (line) => void (written += line)).log('info', 'attempt', { reason });
  return written;
}

/** What a terminal would obey, or show in another order than it was written. */
const REWRITING = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

test.each(LOG_FORMATS)('hostile text is one harmless field of one line in %s', (format) => {
  const evil =
    'x\u001b]0;pwned\u0007\u009b2J\r\nlevel=info event=forged\u202egpj.exe\u2066\u200f\u0000\u007f';
  const line = logged(format, evil);
  expect(line.match(/\n/g)).toHaveLength(1);
  expect(line.trimEnd()).not.toMatch(REWRITING);
  expect(line).not.toMatch(/^level=info event=forged/m);
});

test('what was logged as JSON reads back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const line = logged('json', text);
      expect(line.trimEnd()).not.toMatch(REWRITING);
      expect(JSON.parse(line)).toMatchObject({ reason: text });
    }),
    { numRuns: 1000 },
  );
});

test('a text of 100 kB is cut, not written', () => {
  for (const format of LOG_FORMATS) expect(logged(format, 'x'.repeat(100_000)).length).toBeLessThan(10_000);
});

test('an error is logged by its name, words and cause, without its stack', () => {
  let written = '';
  const error = new Error('outer', { cause: new Error('inner') });
  createLogger('debug', 'json', (line) => void (written += line)).log('warn', 'x', { error });
  expect(JSON.parse(written)).toMatchObject({ error: 'Error: outer (inner)' });
  expect(written).not.toContain(' at ');
});
