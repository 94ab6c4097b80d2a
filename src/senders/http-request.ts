import { z } from 'zod';
import { isPointer } from '../domain/json-pointer.ts';
import { money, pattern, secret } from '../ports/settings.ts';
import { fill, fillJson, holesIn, texts, type Holes } from './http-template.ts';
import type { ProviderRequest } from './provider-call.ts';

const HEADER = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;

export const httpSettings = z
  .strictObject({
    url: z.string(),
    method: z.enum(['POST', 'PUT', 'GET']).default('POST'),
    /** Goes behind the URL, encoded. */
    query: texts().default({}),
    headers: z.record(z.string().regex(HEADER, 'expected the name of a header'), secret()).default({}),
    json: z.json().optional(),
    form: texts().optional(),
    body: z.string().optional(),
    /** What the answer's text must match, besides a 2xx. */
    accepted: pattern().optional(),
    /** Where in a JSON answer the message's id is. */
    id: z
      .string()
      .refine((text) => text !== '' && isPointer(text), 'expected a JSON pointer such as /messages/0/id')
      .optional(),
    /** What one message costs. */
    perSms: money().prefault(0),
  })
  .superRefine((written, context) => {
    for (const { path, message } of faultsOf(written)) context.addIssue({ code: 'custom', path, message });
  });

export type HttpSettings = z.output<typeof httpSettings>;

type Templates = Pick<HttpSettings, 'url' | 'method' | 'query' | 'json' | 'form' | 'body'>;

function faultsOf({ url, method, query, json, form, body }: Templates) {
  const faults: { path: string[]; message: string }[] = [];
  const bodies = Object.entries({ json, form, body }).flatMap(([key, value]) =>
    value === undefined ? [] : [key],
  );
  if (!isAddress(url)) {
    faults.push({ path: ['url'], message: 'expected an address that starts with http:// or https://' });
  }
  if (bodies.length > 1) {
    faults.push({ path: [], message: `expected one of json, form and body, found ${bodies.join(' and ')}` });
  }
  if (method === 'GET' && bodies.length > 0) {
    faults.push({ path: [], message: `a GET has no body: put what is in ${bodies.join(', ')} into query` });
  }
  const { names, unreadable } = holesIn({ url, query, json, form, body });
  const hasNumber = names.has('to') || names.has('digits');
  if (unreadable.length > 0) {
    faults.push({ path: [], message: 'between {{ and }} only to, digits and text are known' });
  } else if (!hasNumber || !names.has('text')) {
    const missing = hasNumber ? '{{text}}' : '{{to}} or {{digits}}';
    faults.push({ path: [], message: `the message does not get into the request: ${missing} is missing` });
  }
  return faults;
}

const SAMPLE: Holes = { to: '+15005550111', digits: '15005550111', text: 'code' };

/** Also once it is filled in: a hole in the host would let a number choose whom we ask. */
function isAddress(written: string): boolean {
  const filled = fill(written, SAMPLE, encodeURIComponent);
  if (!/^https?:\/\/[^/?#{]+([/?#]|$)/i.test(written) || !URL.canParse(filled)) return false;
  const { username, password } = new URL(filled);
  return username === '' && password === '';
}

/** The request that sends one message. */
export function requestFor(settings: HttpSettings, holes: Holes): ProviderRequest {
  const { method, json, form, body } = settings;
  const url = new URL(fill(settings.url, holes, encodeURIComponent));
  for (const [name, value] of Object.entries(settings.query))
    url.searchParams.append(name, fill(value, holes));
  const written = Object.entries(settings.headers).map(([name, value]) => [
    name.toLowerCase(),
    value.reveal(),
  ]);
  const headers: Record<string, string> = { accept: '*/*', ...Object.fromEntries(written) };
  const request = { url: url.href, method };
  if (json !== undefined) {
    const type = { 'content-type': 'application/json' };
    return { ...request, headers: { ...type, ...headers }, body: JSON.stringify(fillJson(json, holes)) };
  }
  if (form !== undefined) {
    const filled = new URLSearchParams();
    for (const [name, value] of Object.entries(form)) filled.append(name, fill(value, holes));
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return { ...request, headers: { ...type, ...headers }, body: filled.toString() };
  }
  if (body === undefined) return { ...request, headers };
  const type = { 'content-type': 'text/plain; charset=utf-8' };
  const escape = /xml/i.test(headers['content-type'] ?? '') ? escapeXml : undefined;
  return { ...request, headers: { ...type, ...headers }, body: fill(body, holes, escape) };
}

const XML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeXml = (value: string): string => value.replace(/[&<>"]/g, (found) => XML[found] ?? found);
