import type { Frame, Page } from 'playwright-core';

/** A picture is worth less than the time that the logout has. */
const TIME_LIMIT_MS = 4000;
const MOST_BYTES = 1_500_000;
/** What people type in, what may hold a key as a picture, and what cannot be looked into. */
const COVERED = 'input, textarea, select, [contenteditable], canvas, video, img[src^="data:"], object, embed';

/**
 * The page as a PNG, without what `known` holds and without any number of four digits or more: those may be codes. null when
 * that cannot be made sure; never throws.
 */
export async function maskedScreenshot(
  page: Page,
  known: readonly string[],
  limitMs = TIME_LIMIT_MS,
): Promise<Uint8Array | null> {
  try {
    const bare: Frame[] = [];
    for (const frame of page.frames()) {
      const hidden = await frame.evaluate(scriptFor('hide', known)).catch(() => false);
      if (hidden !== true) bare.push(frame);
    }
    if (bare.includes(page.mainFrame())) return null;
    const covers = page.frames().map((frame) => frame.locator(COVERED));
    const png = await page.screenshot({
      mask: bare.length === 0 ? covers : [...covers, page.locator('iframe, frame')],
      maskColor: '#8a94a0',
      animations: 'disabled',
      timeout: limitMs,
    });
    return png.length <= MOST_BYTES && (await staysHidden(page, known)) ? png : null;
  } catch {
    return null;
  } finally {
    for (const frame of page.frames())
      await frame.evaluate(scriptFor('restore', known)).catch(() => undefined);
  }
}

/** The page's own scripts may have written something again before the picture was taken. */
async function staysHidden(page: Page, known: readonly string[]): Promise<boolean> {
  const found = await Promise.all(
    page.frames().map((frame) => frame.evaluate(scriptFor('look', known)).catch(() => true)),
  );
  return found.every((one) => one === true);
}

const scriptFor = (what: 'hide' | 'look' | 'restore', known: readonly string[]): string =>
  `(${IN_PAGE})(${JSON.stringify(what)}, ${JSON.stringify(known.filter((secret) => secret !== ''))})`;

/** Runs in the page, so it is text: `hide` covers, `look` tells whether all is covered, `restore` puts back. */
const IN_PAGE = String.raw`(what, known) => {
  const store = Symbol.for('twofa-prober.hidden');
  const ORDER = [...known].sort((a, b) => b.length - a.length);
  const cover = (text) => {
    let covered = text;
    for (const secret of ORDER) covered = covered.split(secret).join('•'.repeat(secret.length));
    return covered.replace(/\d(?:[\s.\-]?\d){3,}/g, (digits) => '•'.repeat(digits.length));
  };
  const changed = [];
  const write = (node, text) => {
    if (node.data === text) return;
    changed.push([node, node.data]);
    if (what === 'hide') node.data = text;
  };
  const texts = (root) => {
    const found = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) found.push(node);
      else if (node.shadowRoot) found.push(...texts(node.shadowRoot));
    }
    return found;
  };
  if (what === 'restore') {
    for (const [node, text] of window[store] ?? []) node.data = text;
    delete window[store];
    return true;
  }
  const all = texts(document);
  for (const node of all) write(node, cover(node.data));
  // A code may be spread over several elements, a digit in each.
  for (const node of all) {
    const near = node.parentElement?.parentElement;
    if (!near || near.textContent.length > 200) continue;
    const joined = near.textContent.replace(/\s/g, '');
    if (cover(joined) !== joined) for (const part of texts(near)) write(part, part.data.replace(/\S/g, '•'));
  }
  if (what === 'hide') window[store] = changed;
  return what === 'hide' || changed.length === 0;
}`;
