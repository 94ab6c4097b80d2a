import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { maskedScreenshot } from '../../src/flows/browser/masked-screenshot.ts';

let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  page = await browser.newPage({ viewport: { width: 500, height: 300 } });
});
afterAll(() => browser.close());

const KNOWN = ['correct horse', 'A7K-Q2M'];
/** A busy machine takes its time. */
const PATIENCE_MS = 60_000;

const open = (markup: string) =>
  page.setContent(`<!doctype html><body style="font: 20px monospace">${markup}`);
const take = () => maskedScreenshot(page, KNOWN, PATIENCE_MS);

async function picture(markup: string): Promise<Buffer> {
  await open(markup);
  const png = await take();
  if (!png) throw new Error('there is no picture');
  return Buffer.from(png);
}

test.each([
  ['a code in a text', '<p>Your code is 306114.</p>', '<p>Your code is ••••••.</p>'],
  ['a code in two halves', '<p>Code 306 114 sent</p>', '<p>Code ••••••• sent</p>'],
  ['a code of letters that the flow was given', '<p>A7K-Q2M</p>', '<p>•••••••</p>'],
  ['a password', '<p>correct horse!</p>', '<p>•••••••••••••!</p>'],
  ['a phone number', '<p>to +1 202 555 0111</p>', '<p>to +••••••••••••••</p>'],
  [
    'a code with an element for each digit',
    '<div><b>3</b><b>0</b><b>6</b><b>1</b></div>',
    '<div><b>•</b><b>•</b><b>•</b><b>•</b></div>',
  ],
  ['what stands in a field', '<input value="306114">', '<input value="987654">'],
  [
    'a code in a shadow tree',
    `<p></p><script>document.querySelector('p').attachShadow({ mode: 'open' }).textContent = '306114'</script>`,
    `<p></p><script>document.querySelector('p').attachShadow({ mode: 'open' }).textContent = '••••••'</script>`,
  ],
  ['a code in a frame', '<iframe srcdoc="<p>306114"></iframe>', '<iframe srcdoc="<p>••••••"></iframe>'],
])('%s is covered', async (_what, secret, covered) => {
  const shown = await picture(secret);
  expect(shown.equals(await picture(covered))).toBe(true);
  expect(shown.equals(await picture('<p>x</p>'))).toBe(false);
});

test('what is no secret can be read, and the page goes on as it was', async () => {
  await open('<h1>Too many tries</h1><p>Code 306114, wait 15 min</p>');
  expect(await take()).not.toBeNull();
  expect(await page.textContent('p')).toBe('Code 306114, wait 15 min');
  expect((await picture('<h1>Too many</h1>')).equals(await picture('<h1>Too few</h1>'))).toBe(false);
});

test('a page that writes the code again and again gives no picture', async () => {
  await open('<p>306114</p>');
  await page.evaluate(`(() => {
    const p = document.querySelector('p');
    new MutationObserver(() => { if (p.textContent !== '306114') p.textContent = '306114'; })
      .observe(p, { childList: true, characterData: true, subtree: true });
  })()`);
  expect(await take()).toBeNull();
});

test('a page that is gone gives no picture, and no error', async () => {
  await open('<p>306114</p>');
  await page.close();
  expect(await take()).toBeNull();
});
