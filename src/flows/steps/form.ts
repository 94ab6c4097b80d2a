import type { Pattern } from '../../domain/pattern.ts';
import type { Elements, Page } from '../http/html.ts';
import { FormMismatch } from './form-mismatch.ts';
import { choose } from './pick.ts';

/** How to fill a form. */
export interface Filling {
  readonly css: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly pick: Readonly<Record<string, Pattern>>;
}

/** A form as it is sent; `action` is resolved against its page. */
export interface FilledForm {
  readonly method: 'GET' | 'POST';
  readonly action: URL;
  readonly pairs: URLSearchParams;
}

/** Fills a form: its hidden inputs as they are, then what is picked, then the fields. Throws FormMismatch. */
export function fillForm(page: Page, pageUrl: URL, filling: Filling): FilledForm {
  const form = findForm(page, filling.css);
  const controls = controlsOf(page, form);
  const pairs = new URLSearchParams();
  for (const control of controls.filter('input[type="hidden" i]').not('[disabled]').toArray()) {
    const name = control.attribs['name'] ?? '';
    if (name !== '') pairs.append(name, control.attribs['value'] ?? '');
  }
  for (const [name, pattern] of Object.entries(filling.pick)) {
    pairs.set(name, choose(page, controls, { name, pattern }));
  }
  for (const [name, value] of Object.entries(filling.fields)) pairs.set(name, value);
  const method = form.attr('method')?.trim().toLowerCase() === 'post' ? 'POST' : 'GET';
  return { method, action: actionOf(page, form, pageUrl), pairs };
}

/** The selector may name the form, something in it, or something around it. */
function findForm(page: Page, css: string): Elements {
  const found = page.root().find(css).first();
  if (found.length === 0) throw new FormMismatch(`nothing on it matches ${css}`);
  const around = found.closest('form').get(0);
  const form = page
    .root()
    .find('form')
    .filter((_, element) => element === around);
  if (form.length > 0) return form;
  const inside = found.find('form').first();
  if (inside.length > 0) return inside;
  throw new FormMismatch(`what matches ${css} is in no form, and has none in it`);
}

/** The form's own controls, and those elsewhere on the page that name it. */
function controlsOf(page: Page, form: Elements): Elements {
  const own = form.find('input, select, button');
  const id = form.attr('id');
  if (id === undefined || id === '') return own;
  return own.add(
    page
      .root()
      .find('[form]')
      .filter((_, element) => element.attribs['form'] === id),
  );
}

function actionOf(page: Page, form: Elements, pageUrl: URL): URL {
  const written = page.root().find('base[href]').first().attr('href') ?? '';
  const base = URL.canParse(written, pageUrl.href) ? new URL(written, pageUrl) : pageUrl;
  const action = (form.attr('action') ?? '').trim();
  // An empty action means the page itself, whatever its base is.
  const [address, from] = action === '' ? [pageUrl.href, pageUrl] : [action, base];
  if (!URL.canParse(address, from.href)) throw new FormMismatch("the form's action is no address");
  const url = new URL(address, from);
  url.hash = '';
  return url;
}
