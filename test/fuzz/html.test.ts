import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseHtml, PageTooComplex, visibleText } from '../../src/flows/http/html.ts';
import { fillForm } from '../../src/flows/steps/form.ts';
import { FormMismatch } from '../../src/flows/steps/form-mismatch.ts';
import { expectAlways, nastyText } from '../support/fuzz.ts';

const PAGE = new URL('https://acme.example/login');
const TAG = fc.constantFrom(
  '<form>',
  '<form method=post action=',
  '<form action="//evil.example" id=f>',
  '</form>',
  '<input type=hidden name=t value="',
  '<input name=user form=f>',
  '<base href=',
  '<select name=d><option value=1>one<option>',
  '<table><tr><td>',
  '<script>',
  '</script>',
  '<!--',
  '-->',
  '<![CDATA[',
  '<svg><style><img ',
  '<template>',
  '<textarea>',
  '">',
  '>',
  '&#x202e;',
  '&#0;',
  '&amp',
);
const page = fc
  .array(fc.oneof({ weight: 3, arbitrary: TAG }, nastyText), { maxLength: 12 })
  .map((parts) => parts.join(''));

test(
  'whatever a page says, it is read, and a form in it is filled or refused',
  { timeout: 60_000 },
  async () => {
    await expectAlways(
      'pages of targets',
      fc.asyncProperty(page, async (text) => {
        const read = await parseHtml(text).catch((error: unknown) => {
          expect(error).toBeInstanceOf(PageTooComplex);
          return null;
        });
        if (!read) return;
        expect(visibleText(read, 1000).length).toBeLessThanOrEqual(1000);
        try {
          const filled = fillForm(read, PAGE, { css: 'form', fields: { user: 'ada' }, pick: {} });
          expect(['GET', 'POST']).toContain(filled.method);
          expect(filled.pairs.getAll('user')).toEqual(['ada']);
        } catch (error) {
          expect(error).toBeInstanceOf(FormMismatch);
        }
      }),
    );
  },
);
