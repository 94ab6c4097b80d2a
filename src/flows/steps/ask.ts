import { TargetUnreachable } from '../../domain/failure.ts';
import { resolveTarget, type AllowedOrigins } from '../http/origins.ts';
import type { Ask } from '../http/redirect.ts';
import { fillForm } from './form.ts';
import { FormMismatch } from './form-mismatch.ts';
import { METHODS, type Step } from './schema.ts';
import { fillAll, fillJson, fillPath, type Values } from './template.ts';
import type { View } from './view.ts';

/** What a step's templates and forms are filled from. */
export interface Filling {
  readonly url: string;
  readonly allowed: AllowedOrigins;
  readonly values: Values;
  /** Of the flow: for every step. */
  readonly headers: Readonly<Record<string, string>>;
  /** The latest page; null while there was none. */
  readonly page: View | null;
}

/** What a step asks of the target. Throws TargetUnreachable when the page does not have its form. */
export async function askOf(step: Step, filling: Filling): Promise<Ask> {
  const headers = headersOf(step, filling);
  if (step.submit !== undefined) return submission(step, step.submit, { filling, headers });
  const method = METHODS.find((name) => step[name] !== undefined) ?? 'get';
  const url = resolveTarget(filling.url, fillPath(step[method] ?? '/', filling.values), filling.allowed);
  const base = { method: method.toUpperCase(), url };
  if (step.json !== undefined) {
    const body = JSON.stringify(fillJson(step.json, filling.values));
    const accept = { accept: 'application/json, */*;q=0.8', 'content-type': 'application/json' };
    return { ...base, headers: { ...accept, ...headers }, body };
  }
  if (step.form) {
    const body = new URLSearchParams(fillAll(step.form, filling.values)).toString();
    return { ...base, headers: { ...FORM_TYPE, ...headers }, body };
  }
  return { ...base, headers, body: null };
}

/** A step's own win over the flow's, however either is written. */
function headersOf(step: Step, filling: Filling): Record<string, string> {
  const own = step.headers ?? {};
  const taken = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  const shared = Object.entries(filling.headers).filter(([name]) => !taken.has(name.toLowerCase()));
  return fillAll({ ...Object.fromEntries(shared), ...own }, filling.values);
}

const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

async function submission(
  step: Step,
  css: string,
  { filling, headers }: { filling: Filling; headers: Record<string, string> },
): Promise<Ask> {
  const { page, values } = filling;
  const document = await page?.page();
  if (!page || !document)
    throw new TargetUnreachable(`no page came before submit ${css}; expected HTML with a form`);
  const pageUrl = page.answer.url;
  const fields = fillAll(step.fields ?? {}, values);
  const form = orUnreachable(page.answer.shown, () =>
    fillForm(document, pageUrl, { css, fields, pick: step.pick ?? {} }),
  );
  if (!filling.allowed.has(form.action.origin)) {
    throw new TargetUnreachable(
      `the form on ${page.answer.shown} goes to ${form.action.origin}, which is not the target: not sent; ` +
        "add it to the target's `origins` if it is yours",
    );
  }
  const from = {
    referer: refererOf(pageUrl, form.action),
    ...(form.method === 'POST' && { origin: pageUrl.origin }),
  };
  if (form.method === 'GET') {
    form.action.search = form.pairs.toString();
    return { method: 'GET', url: form.action, headers: { ...from, ...headers }, body: null };
  }
  const body = form.pairs.toString();
  return { method: 'POST', url: form.action, headers: { ...FORM_TYPE, ...from, ...headers }, body };
}

/** As browsers' default policy has it: the whole address within an origin, the origin alone to others. */
const refererOf = (page: URL, to: URL): string =>
  page.origin === to.origin ? `${page.origin}${page.pathname}${page.search}` : `${page.origin}/`;

function orUnreachable<T>(page: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FormMismatch)) throw error;
    throw new TargetUnreachable(`the page ${page} does not fit the flow: ${error.message}`, {
      cause: error,
    });
  }
}

/** The step's request in words, before its templates are filled. */
export const askedOf = (step: Step): string => {
  if (step.submit !== undefined) return `submit ${step.submit}`;
  const method = METHODS.find((name) => step[name] !== undefined) ?? 'get';
  return `${method.toUpperCase()} ${step[method] ?? ''}`.split('?')[0] ?? '';
};
