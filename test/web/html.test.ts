import * as fc from 'fast-check';
import { load } from 'cheerio';
import { expect, test } from 'vitest';
import { html } from '../../src/web/html.ts';

test('values are escaped, markup is not, and nothing stands for nothing', () => {
  const name = '<b>"O\'Neil" & co</b>';
  const rule = html`<hr />`;
  expect(html`<i title="${name}">${name}</i>`.toString()).toBe(
    '<i title="&lt;b&gt;&quot;O&#39;Neil&quot; &amp; co&lt;/b&gt;">&lt;b&gt;&quot;O&#39;Neil&quot; &amp; co&lt;/b&gt;</i>',
  );
  expect(html`${rule}${['a', rule, 1]}${null}${undefined}${false}${''}`.toString()).toBe('<hr />a<hr />1');
});

/** Parsers drop control characters or replace them; everything else comes back. */
const visible = (value: string) => value.replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\s\ufffd]/gu, '');

test('whatever the text, it stays text and makes no element', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const $ = load(html`<p title="${text}">${text}</p>`.toString(), null, false);
      expect($('*')).toHaveLength(1);
      expect(Object.keys($('p').attr() ?? {})).toEqual(['title']);
      expect(visible($('p').text())).toBe(visible(text));
    }),
  );
});

test('marks that turn the direction of text are taken out', () => {
  expect(html`${'a\u202etxt.exe\u2066\u0000'}`.toString()).toBe('a txt.exe  ');
});
