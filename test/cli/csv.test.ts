import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderCsv } from '../../src/cli/csv.ts';

/** A reader by the grammar of RFC 4180, section 2. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let rest = text; rest !== '';) {
    const [whole = '', quoted, plain = '', end] =
      /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest) ?? [];
    if (end === undefined) throw new Error(`not by RFC 4180: ${JSON.stringify(rest)}`);
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    rest = rest.slice(whole.length);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

const cell = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', '=', '+', '-', '@', '\t', 'a', "'") }),
);

test('every table comes back as it went in, but for the mark on what looks like a formula', () => {
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 1 }), { minLength: 1 }), (rows) => {
      const marked = rows.map((cells) =>
        cells.map((text) => (/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text)),
      );
      expect(parse(renderCsv(rows))).toEqual(marked);
    }),
  );
});

test('no text starts a formula, numbers stay numbers and nothing stays empty', () => {
  expect(
    renderCsv([
      ['=HYPERLINK("http://evil.example")', '+1', '-2', '@x'],
      [-2, 0.5, null, 'plain'],
    ]),
  ).toBe(`"'=HYPERLINK(""http://evil.example"")",'+1,'-2,'@x\r\n-2,0.5,,plain\r\n`);
});
