import type { ListedMessage, MessagePage } from './message-log.ts';

/** The JSON of Twilio's REST API, version 2010-04-01 (https://www.twilio.com/docs/messaging/api/message-resource). */
export const API_VERSION = '2010-04-01';

export interface TwilioError {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

export const errorShape = ({ status, code, message }: TwilioError) => ({
  code,
  message,
  more_info: `https://www.twilio.com/docs/errors/${code}`,
  status,
});

export const messagesPath = (accountSid: string): string => `/${API_VERSION}/Accounts/${accountSid}/Messages`;

export function messageShape(accountSid: string, message: ListedMessage) {
  const path = `${messagesPath(accountSid)}/${message.sid}`;
  return {
    account_sid: accountSid,
    api_version: API_VERSION,
    body: message.body,
    date_created: rfc2822(message.createdAt),
    date_sent: message.sentAt === null ? null : rfc2822(message.sentAt),
    date_updated: rfc2822(message.sentAt ?? message.createdAt),
    direction: message.direction,
    error_code: message.errorCode,
    error_message: message.errorText,
    from: message.from,
    messaging_service_sid: null,
    num_media: '0',
    num_segments: String(countSegments(message.body)),
    price: null,
    price_unit: 'USD',
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: `${path}/Media.json` },
    to: message.to,
    uri: `${path}.json`,
  };
}

export interface ListedPage extends MessagePage {
  /** The request's own path and query. */
  readonly uri: string;
  readonly page: number;
  readonly pageSize: number;
}

export function listShape(accountSid: string, listed: ListedPage) {
  const start = listed.page * listed.pageSize;
  return {
    messages: listed.messages.map((message) => messageShape(accountSid, message)),
    page: listed.page,
    page_size: listed.pageSize,
    start,
    end: Math.max(start, start + listed.messages.length - 1),
    uri: listed.uri,
    first_page_uri: pageUri(listed.uri, 0, null),
    next_page_uri: listed.nextAfter === null ? null : pageUri(listed.uri, listed.page + 1, listed.nextAfter),
    previous_page_uri: null,
  };
}

function pageUri(uri: string, page: number, after: string | null): string {
  const url = new URL(uri, 'http://unused.invalid');
  url.searchParams.set('Page', String(page));
  url.searchParams.delete('PageToken');
  if (after !== null) url.searchParams.set('PageToken', `PA${after}`);
  return `${url.pathname}${url.search}`;
}

/** `Thu, 15 Jan 2026 12:00:00 +0000`: whole seconds are all that Twilio tells. */
export const rfc2822 = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000');

const GSM_7 = /^[A-Za-z0-9 \r\n@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!"#¤%&'()*+,\-./:;<=>?¡ÄÖÑÜ§¿äöñüà^{}\\[~\]|€]*$/;

/** Parts on the radio: 160 characters of GSM 03.38 or 70 of UCS-2 fit in one, a few less in each of several. */
export function countSegments(text: string): number {
  const [single, part] = GSM_7.test(text) ? [160, 153] : [70, 67];
  return text.length <= single ? 1 : Math.ceil(text.length / part);
}
