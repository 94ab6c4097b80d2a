import { load, type CheerioAPI } from 'cheerio/slim';
import { DomHandler, ElementType, Parser } from 'htmlparser2';

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
const MAX_ELEMENTS = 5000;
const CHUNK_CHARACTERS = 8192;

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

type Node = ReturnType<ReturnType<Page['root']>['contents']>[number];

/** Scripts and styles have types of their own. */
const UNSEEN: ReadonlySet<string> = new Set(['title', 'template']);

/** What a reader sees, at most `maximum` characters: no scripts, styles or comments; blanks collapsed. */
export function visibleText(page: Page, maximum: number): string {
  const pieces: string[] = [];
  let length = 0;
  // A stack of our own: a page may be nested deep, and a clone of it would be dear.
  const waiting: Node[] = page.root().toArray();
  for (let node = waiting.pop(); node && length < maximum; node = waiting.pop()) {
    if (node.type === ElementType.Text) {
      const piece = node.data.slice(0, maximum - length);
      pieces.push(piece);
      length += piece.length;
    } else if (node.type === ElementType.Root || (node.type === ElementType.Tag && !UNSEEN.has(node.name))) {
      for (let child = node.lastChild; child; child = child.previousSibling) waiting.push(child);
    }
  }
  return pieces.join('').replace(/\s+/g, ' ').trim();
}
