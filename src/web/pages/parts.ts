import { html, type Content, type Html } from '../html.ts';

/** A table whose caption is for those who cannot see it; it scrolls where it is too wide. */
export const table = (caption: string, heads: readonly string[], rows: readonly Html[]): Html =>
  html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}">
    <table>
      <caption class="unseen">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;

/** Pairs of a name and a value; without a value the name goes too. */
export const facts = (pairs: readonly (readonly [string, Content])[]): Html =>
  html`<dl class="facts">
    ${pairs.map(
      ([name, value]) =>
        value !== null &&
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
