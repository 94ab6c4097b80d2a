import { load, type CheerioAPI } from 'cheerio/slim';
import { DomHandler, Parser } from 'htmlparser2';

export type Page = CheerioAPI;
export type Elements = ReturnType<ReturnType<Page['root']>['find']>;

/** A page that would take long to read is refused: a hostile one must not hold up the daemon. */
export class PageTooComplex extends Error {
  constructor(found: string) {
    super(`the page has ${found}; expected a page with a login form`);
    this.name = 'PageTooComplex';
  }
}

const MAX_DEPTH = 256;
const MAX_ELEMENTS = 20_000;
const CHUNK_CHARACTERS = 16_384;

/** Reads HTML in slices, letting other work run between them. Throws PageTooComplex. */
export async function parseHtml(text: string): Promise<Page> {
  const dom = new DomHandler();
  let depth = 0;
  let elements = 0;
  const parser = new Parser({
    onopentag(name, attributes) {
      depth += 1;
      elements += 1;
      dom.onopentag(name, attributes);
    },
    onclosetag() {
      depth -= 1;
      dom.onclosetag();
    },
    ontext: (data) => dom.ontext(data),
    onend: () => dom.onend(),
  });
  // One root element: cheerio's queries are quadratic in the number of roots.
  parser.write('<html>');
  for (let from = 0; from < text.length; from += CHUNK_CHARACTERS) {
    parser.write(text.slice(from, from + CHUNK_CHARACTERS));
    if (depth > MAX_DEPTH) throw new PageTooComplex(`elements nested deeper than ${MAX_DEPTH}`);
    if (elements > MAX_ELEMENTS) throw new PageTooComplex(`more than ${MAX_ELEMENTS} elements`);
    if (from + CHUNK_CHARACTERS < text.length) await yieldToOthers();
  }
  parser.end();
  return load(dom.root);
}

const yieldToOthers = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** What a reader sees: no scripts, styles or comments; blanks collapsed. */
export function visibleText(page: Page): string {
  const body = page('html').first().clone();
  body.find('script, style, template, head > title').remove();
  return body.text().replace(/\s+/g, ' ').trim();
}
