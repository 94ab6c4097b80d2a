import { z } from 'zod';
import type { HookRequest } from '../ports/inbox.ts';
import { hasMediaType } from './hook-answers.ts';
import { parseJson } from './json-document.ts';
import type { VonageParameters } from './vonage-signature.ts';

/** Vonage sends about 15. */
const MAX_PARAMETERS = 60;

/** Values may hold `&` and `=`, which the signature does not tell apart from those between parameters; names may not. */
const NAME = /^[A-Za-z][\w.-]{0,40}$/;

const Flat = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/**
 * The parameters of an inbound message of the SMS API: in the query, in a form or in JSON, as the account is set up to.
 * Null for what is none of these, and where a name comes twice, so that nobody can disagree on which one counts.
 */
export function readParameters(request: HookRequest): VonageParameters | null {
  const entries = entriesOf(request);
  if (!entries || entries.length > MAX_PARAMETERS) return null;
  const names = new Set(entries.map(([name]) => name));
  if (names.size < entries.length || ![...names].every((name) => NAME.test(name))) return null;
  return Object.fromEntries(entries);
}

function entriesOf(request: HookRequest): [string, string][] | null {
  if (request.method === 'GET') {
    const start = request.url.indexOf('?');
    return entriesOfForm(start < 0 ? '' : request.url.slice(start + 1));
  }
  if (hasMediaType(request, 'application/x-www-form-urlencoded')) {
    return entriesOfForm(request.body.toString('utf8'));
  }
  const { success, data } = Flat.safeParse(parseJson(request.body));
  return success ? Object.entries(data).map(([name, value]) => [name, String(value)]) : null;
}

// Counted before they are taken apart.
const entriesOfForm = (form: string): [string, string][] | null =>
  form.split('&', MAX_PARAMETERS + 1).length > MAX_PARAMETERS ? null : [...new URLSearchParams(form)];
