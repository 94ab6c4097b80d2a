import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCode } from '../../src/domain/code.ts';
import { normaliseCodeText } from '../../src/domain/code-text.ts';
import { compilePattern } from '../../src/domain/pattern.ts';
import { html } from '../../src/web/html.ts';
import { maskSender } from '../../src/domain/units.ts';
import { expectAlways, nastyText } from '../support/fuzz.ts';

const bare = (value: string): string => value.replace(/[ -]/g, '');
/** What backtracking engines take exponential time for. */
const BOMBS = [
  '(a+)+$',
  '(a|a)*b',
  '([a-zA-Z]+)*1',
  '(.*a){12}',
  '(?<code>(\\d+)+)x',
  '^(([a-z])+.)+[A-Z]$',
].map((source) => compilePattern(source));

test('whatever an SMS says, it is read, and a code that is found stands in it', () => {
  expectAlways(
    'SMS text',
    fc.property(nastyText, (text) => {
      const result = readCode(text, null);
      expect(['code', 'none', 'ambiguous']).toContain(result.found);
      if (result.found === 'code') expect(bare(normaliseCodeText(text))).toContain(bare(result.code));
    }),
  );
});

test("whatever an SMS says, a user's pattern reads it", () => {
  expectAlways(
    'SMS text by patterns',
    fc.property(fc.constantFrom(...BOMBS), nastyText, (pattern, text) => {
      expect(['code', 'none']).toContain(readCode(text, pattern).found);
    }),
  );
});

test('whatever the sender calls itself, it is shown short, in one line, without a number of anyone', () => {
  expectAlways(
    'senders',
    fc.property(nastyText, (from) => {
      const shown = maskSender(from);
      expect(shown.length).toBeLessThanOrEqual(from.includes('@') ? 64 : 16);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]|[0-9]{7}/u);
      expect(html`<i title="${shown}"></i>`.toString().match(/[<>]/g)).toHaveLength(4);
    }),
  );
});
