import { TargetUnreachable } from '../../domain/failure.ts';
import { describe, isHtml, type Answer } from '../http/answer.ts';
import { PageTooComplex, parseHtml, visibleText, type Page } from '../http/html.ts';

/** An answer with its readings, each made once and only when a rule asks for it. */
export interface View {
  readonly answer: Answer;
  /** The body as JSON; undefined when it is none. */
  json(): unknown;
  /** null when the answer is no HTML; throws TargetUnreachable for a page that is too complex to read. */
  page(): Promise<Page | null>;
  /** What `text` is matched against: a page's visible text, else the body; bounded. */
  text(): Promise<string>;
  /** The answer before redirects; itself where there were none. */
  first(): View;
}

/** Patterns search no more than this, so that no answer holds up the daemon. */
export const MAX_SEARCHED = 262_144;

export function createView(answer: Answer): View {
  let json: { readonly value: unknown } | null = null;
  let page: Promise<Page | null> | null = null;
  let text: Promise<string> | null = null;
  let first: View | null = null;
  const view: View = {
    answer,
    json() {
      json ??= { value: parseJson(answer.text) };
      return json.value;
    },
    page() {
      page ??= isHtml(answer) ? readPage(answer) : Promise.resolve(null);
      return page;
    },
    text() {
      text ??= readText(answer, view);
      return text;
    },
    first() {
      if (!answer.first) return view;
      first ??= createView(answer.first);
      return first;
    },
  };
  return view;
}

async function readText(answer: Answer, view: View): Promise<string> {
  const page = await view.page();
  return (page ? visibleText(page) : answer.text).slice(0, MAX_SEARCHED);
}

async function readPage(answer: Answer): Promise<Page> {
  try {
    return await parseHtml(answer.text);
  } catch (error) {
    if (!(error instanceof PageTooComplex)) throw error;
    throw new TargetUnreachable(`${answer.url.pathname} answered ${describe(answer)}: ${error.message}`, {
      cause: error,
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
