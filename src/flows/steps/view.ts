import { TargetUnreachable } from '../../domain/failure.ts';
import { describe, isHtml, type Answer } from '../http/answer.ts';
import type { Page } from '../http/html.ts';

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
export const MAX_SEARCHED = 131_072;

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
  if (!page) return answer.text.slice(0, MAX_SEARCHED);
  const { visibleText } = await import('../http/html.ts');
  return visibleText(page, MAX_SEARCHED);
}

async function readPage(answer: Answer): Promise<Page> {
  const { PageTooComplex, parseHtml } = await import('../http/html.ts');
  try {
    return await parseHtml(answer.text);
  } catch (error) {
    if (!(error instanceof PageTooComplex)) throw error;
    throw new TargetUnreachable(`${answer.shown} answered ${describe(answer)}: ${error.message}`, {
      cause: error,
    });
  }
}

/** JSON nested deeper is not read: V8 takes a second for two megabytes of brackets. */
const MAX_NESTING = 200;

/** undefined for what is no JSON, or nested too deep to read. */
export function parseJson(text: string): unknown {
  try {
    return nestingOf(text) > MAX_NESTING ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Brackets within texts count too; that only errs for JSON that no login sends. */
function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === 0x5b || character === 0x7b) depth += 1;
    else if (character === 0x5d || character === 0x7d) depth -= 1;
    if (depth > deepest) deepest = depth;
  }
  return deepest;
}
