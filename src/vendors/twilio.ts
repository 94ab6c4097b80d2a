import type { Twilio } from 'twilio';
import { z } from 'zod';
import type { Secret } from '../domain/secret.ts';
import { SECOND } from '../domain/units.ts';
import { secret } from '../ports/settings.ts';

/** What the kinds that use Twilio's REST API have in common: the account, the client, the reading of its errors. */

export interface TwilioAccount {
  readonly accountSid: string;
  readonly authToken: Secret;
  readonly apiUrl?: string | undefined;
}

export const twilioAccountFields = {
  accountSid: z.string().regex(/^AC[0-9a-fA-F]{32}$/, 'expected an account SID: AC and 32 hex digits'),
  authToken: secret(),
  /** A stand-in for https://api.twilio.com, such as a simulator. */
  apiUrl: z.url({ protocol: /^https?$/ }).optional(),
};

/** For any one request; the caller's signal may end it sooner. */
const REQUEST_TIMEOUT_MS = 10 * SECOND;

/**
 * Opens a client for one piece of work, which ends with the signal. The library takes tens of megabytes, so it is
 * loaded when first used. It never retries: neither a send nor a poll may happen twice.
 */
export async function openTwilio(account: TwilioAccount, signal: AbortSignal): Promise<Twilio> {
  const { default: twilio } = await import('twilio');
  const httpClient = new twilio.RequestClient({ timeout: REQUEST_TIMEOUT_MS, autoRetry: false });
  httpClient.axios.interceptors.request.use((config) => Object.assign(config, { signal }));
  const client = twilio(account.accountSid, account.authToken.reveal(), {
    httpClient,
    // Its debug log would show numbers.
    logLevel: 'error',
    // TWILIO_EDGE and TWILIO_REGION would bend the name of a stand-in's host.
    ...(account.apiUrl === undefined ? {} : { edge: '', region: '' }),
  });
  if (account.apiUrl !== undefined) client.api.baseUrl = account.apiUrl;
  return client;
}

export interface TwilioProblem {
  /** HTTP status; null when Twilio did not answer. */
  readonly status: number | null;
  /** Of https://www.twilio.com/docs/api/errors, where Twilio gave one. */
  readonly code: number | null;
  /** In words, without Twilio's own, which may hold numbers. */
  readonly found: string;
}

const Thrown = z.object({
  status: z.number().optional().catch(undefined),
  code: z.union([z.number(), z.string()]).optional().catch(undefined),
  name: z.string().catch('Error'),
});

/** Reads what the client threw: its RestException, or the error of the network beneath. */
export function readTwilioProblem(error: unknown, signal: AbortSignal): TwilioProblem {
  const thrown = Thrown.safeParse(error);
  const { status, code, name } = thrown.success ? thrown.data : { name: typeof error };
  if (signal.aborted) return { status: null, code: null, found: 'no answer within the time allowed' };
  if (status === undefined) {
    const found = code === undefined ? `an answer that could not be read (${name})` : `no answer (${code})`;
    return { status: null, code: null, found };
  }
  const known = typeof code === 'number' ? code : null;
  const detail = known === null ? '' : `, error ${known} (https://www.twilio.com/docs/api/errors/${known})`;
  return { status, code: known, found: `HTTP ${status}${detail}` };
}
