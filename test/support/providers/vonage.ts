import { createHash, createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { vonageInbox } from '../../../src/inboxes/vonage.ts';
import type { HookRequest } from '../../../src/ports/inbox.ts';
import {
  ARRIVED,
  tamperBody,
  type InboxHarness,
  type PushedMessage,
} from '../../contracts/inbox-contract.ts';
import { inboxDeps } from '../inbox-deps.ts';

export const SECRET = 'the-signature-secret-of-the-account';

export const openVonage = (settings: Record<string, unknown> = {}) =>
  vonageInbox.create(vonageInbox.schema.parse({ signatureSecret: SECRET, ...settings }), inboxDeps());

export type Fields = Readonly<Record<string, string>>;

/** Vonage writes numbers without their plus. */
const bare = (number: string): string => number.replace(/^\+/, '');

/** The parameters of https://developer.vonage.com/messaging/sms/guides/inbound-sms */
export const smsFields = ({ id, from, to, text }: PushedMessage, more: Fields = {}): Fields => ({
  'api-key': 'abcd1234',
  msisdn: bare(from),
  to: bare(to),
  messageId: id,
  text,
  type: 'text',
  keyword: 'YOUR',
  'message-timestamp': '2026-01-15 11:59:59',
  timestamp: String(Math.floor(ARRIVED.at / 1000)),
  nonce: 'aaaaaaaa-bbbb-cccc-dddd-0123456789ab',
  ...more,
});

/** What is signed: https://developer.vonage.com/getting-started/concepts/signing-messages */
export const signedText = (fields: Fields): string =>
  Object.keys(fields)
    .filter((name) => name !== 'sig')
    .toSorted()
    .map((name) => `&${name}=${(fields[name] ?? '').replace(/[&=]/g, '_')}`)
    .join('');

export function signFields(fields: Fields, method = 'sha256', secret = SECRET): Fields {
  const text = signedText(fields);
  const mac =
    method === 'md5hash' ? createHash('md5').update(text + secret) : createHmac(method, secret).update(text);
  return { ...fields, sig: mac.digest('hex').toUpperCase() };
}

const request = (more: Partial<HookRequest>): HookRequest => ({
  method: 'POST',
  url: '/hooks/main',
  headers: {},
  body: Buffer.alloc(0),
  arrived: ARRIVED,
  ...more,
});

/** The three ways of the API settings: GET, POST and POST-JSON. */
export const asGet = (fields: Fields): HookRequest =>
  request({ method: 'GET', url: `/hooks/main?${String(new URLSearchParams(fields))}` });
export const asForm = (fields: Fields): HookRequest =>
  request({
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
    body: Buffer.from(String(new URLSearchParams(fields))),
  });
export const asJson = (document: object, headers: Fields = {}): HookRequest =>
  request({
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(document)),
  });

/** An inbound message of the Messages API, as its reference shows it. */
export const messagesDocument = ({ id, from, to, text }: PushedMessage) => ({
  channel: 'sms',
  message_uuid: id,
  to: bare(to),
  from: bare(from),
  timestamp: '2026-01-15T11:59:59Z',
  context_status: 'none',
  message_type: 'text',
  text,
  sms: { num_messages: '2', keyword: 'YOUR' },
  usage: { currency: 'EUR', price: '0.0333' },
});

export interface TokenOptions {
  readonly secret?: string;
  readonly at?: number;
  readonly hash?: string;
}

/** The claims of https://developer.vonage.com/getting-started/concepts/webhooks, signed webhooks. */
export const vonageToken = (body: Buffer, { secret = SECRET, at = ARRIVED.at, hash }: TokenOptions = {}) =>
  new SignJWT({
    application_id: 'aaaaaaaa-bbbb-cccc-dddd-0123456789ab',
    api_key: 'abcd1234',
    payload_hash: hash ?? createHash('sha256').update(body).digest('hex'),
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer('Vonage')
    .setJti('c5ba8f24-1a14-4c10-bfdf-3fbe8ce511b5')
    .setIssuedAt(Math.floor(at / 1000))
    .sign(new TextEncoder().encode(secret));

export async function withToken(document: object, options: TokenOptions = {}): Promise<HookRequest> {
  const bare = asJson(document);
  return asJson(document, { authorization: `Bearer ${await vonageToken(bare.body, options)}` });
}

const pushTime = { at: Date.parse('2026-01-15T11:59:59Z'), resolutionMs: 1000 };
const notANumber = '05005550111';

function fieldsOf({ method, url, headers, body }: HookRequest): Fields {
  if (method === 'GET') return Object.fromEntries(new URLSearchParams(url.split('?')[1] ?? ''));
  if (!headers['content-type']?.includes('json'))
    return Object.fromEntries(new URLSearchParams(body.toString()));
  try {
    const json: unknown = JSON.parse(body.toString());
    return Object.fromEntries(Object.entries(json ?? {}).map(([name, value]) => [name, String(value)]));
  } catch {
    return { unreadable: body.toString('latin1') };
  }
}

const dropSig = (text: string): string => text.replaceAll(/(?:(?<=[?&])|^)sig=[^&]*&?|,?"sig":"[^"]*"/g, '');
const unsignSms = (signed: HookRequest): HookRequest => ({
  ...signed,
  url: dropSig(signed.url),
  body: Buffer.from(dropSig(signed.body.toString('latin1')), 'latin1'),
});

const signedBy = (write: (fields: Fields) => HookRequest) => (): InboxHarness => ({
  inbox: openVonage(),
  push: (message) => write(signFields(smsFields(message))),
  signatureHeader: null,
  unsign: unsignSms,
  tamper: (signed) => ({ ...tamperBody(signed), url: signed.url.replace('493', '593') }),
  covered: (signed) => signedText(fieldsOf(signed)),
  times: [{ clock: 'push', ...pushTime }],
  notANumber,
  hasMediaType: write !== asGet,
});

export const vonageGetHarness = signedBy(asGet);
export const vonageFormHarness = signedBy(asForm);
export const vonageJsonHarness = signedBy(asJson);

export const vonageTokenHarness = (): InboxHarness => ({
  inbox: openVonage(),
  push: (message) => withToken(messagesDocument(message)),
  signatureHeader: 'authorization',
  covered: ({ body }) => body.toString('latin1'),
  times: [{ clock: 'provider', ...pushTime }],
  notANumber,
});
