import { html, type Html } from '../html.ts';
import { page } from './layout.ts';

export function loginPage({ next, wrong }: { readonly next: string; readonly wrong: boolean }): Html {
  const body = html`<section class="narrow">
    <h1>Log in</h1>
    <p>
      The page needs a token of the configuration: <code>web.readToken</code> to look,
      <code>web.adminToken</code> also to act.
    </p>
    ${wrong && html`<p class="notice bad" role="alert" id="wrong">✕ This token is not known.</p>`}
    <form method="post" action="/login" class="login">
      <input type="hidden" name="next" value="${next}" />
      <label for="token">Token</label>
      <input
        id="token"
        name="token"
        type="password"
        autocomplete="current-password"
        required
        autofocus
        ${wrong && html`aria-describedby="wrong" aria-invalid="true"`}
      />
      <button>Log in</button>
    </form>
  </section>`;
  return page({ title: 'Log in', body });
}
