import { html, type Html } from '../html.ts';
import { page } from './layout.ts';

export function errorPage({
  status,
  message,
  expected,
}: {
  readonly status: number;
  readonly message: string;
  readonly expected: string | null;
}): Html {
  const body = html`<section class="narrow">
    <h1>${status}: ${message}</h1>
    ${expected && html`<p>Expected: ${expected}.</p>`}
    <p><a href="/">To the status page</a></p>
  </section>`;
  return page({ title: `Error ${status}`, body });
}
