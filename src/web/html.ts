/** Markup that is safe to send: made by the `html` tag alone. */
export class Html {
  readonly #markup: string;

  private constructor(markup: string) {
    this.#markup = markup;
  }

  /** Takes markup that is safe already. */
  static of(markup: string): Html {
    return new Html(markup);
  }

  toString(): string {
    return this.#markup;
  }
}

/** What may stand between the parts of a template; nothing, for null and false. */
export type Content = Html | string | number | null | undefined | false | readonly Content[];

/** A template whose values are escaped, in text and in quoted attributes. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  // Added up, not joined: nested templates would copy a long page once for each of their levels.
  let markup = '';
  for (const [index, part] of parts.entries()) markup += part + render(values[index]);
  return Html.of(markup);
}

function render(value: Content): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'object') return value.reduce((markup: string, part) => markup + render(part), '');
  return escapeHtml(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Also control and bidirectional marks, with which hostile text could write over its surroundings. */
const escapeHtml = (text: string): string =>
  text
    .replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
    .replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, ' ');
