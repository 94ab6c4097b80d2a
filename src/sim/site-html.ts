import { html, page, type Html } from './html.ts';

/** The site's pages. Elements that a flow may look for: `form#login`, `form#device`, `form#code`, `.error`. */

export interface FormPage {
  readonly csrf: string;
  readonly error?: string | undefined;
}

export const loginPage = ({ csrf, error }: FormPage): string =>
  page(
    'Acme: sign in',
    html`${errorLine(error)}
      <form id="login" method="post" action="/login">
        ${token(csrf)}
        <label>User <input name="user" autocomplete="username" required /></label>
        <label>Password <input name="pass" type="password" autocomplete="current-password" required /></label>
        <button>Sign in</button>
      </form>`,
  );

/** Where to send a code, or the code of an app or a list. `number` is masked; null without a phone. */
export const devicePage = ({ csrf, error, number }: FormPage & { readonly number: string | null }): string =>
  page(
    'Acme: second factor',
    html`${errorLine(error)} ${number === null ? undefined : deviceForm(csrf, number)}
      <p>Or type a code of your authenticator app, or one of your backup codes.</p>
      ${codeForm(csrf)}`,
  );

export const codePage = ({ csrf, error, number }: FormPage & { readonly number: string }): string =>
  page(
    'Acme: enter the code',
    html`${errorLine(error)}
      <p>A code was sent to ${number}.</p>
      ${codeForm(csrf)}
      <p><a href="/second-factor">Choose again</a></p>`,
  );

export const errorPage = (error: string): string => page('Acme', errorLine(error));

const deviceForm = (csrf: string, number: string): Html =>
  html`<form id="device" method="post" action="/second-factor/device">
    ${token(csrf)}
    <label>
      Send a code to
      <select name="device">
        <option value="voice:1" disabled>Call ${number}</option>
        <option value="sms:1">SMS to ${number}</option>
      </select>
    </label>
    <button>Send</button>
  </form>`;

const codeForm = (csrf: string): Html =>
  html`<form id="code" method="post" action="/second-factor">
    ${token(csrf)}
    <label>Code <input name="otp" inputmode="numeric" autocomplete="one-time-code" required /></label>
    <button>Go on</button>
  </form>`;

const token = (csrf: string): Html => html`<input type="hidden" name="csrf" value="${csrf}" />`;

const errorLine = (error: string | undefined): Html =>
  error === undefined ? html`` : html`<p class="error">${error}</p>`;
