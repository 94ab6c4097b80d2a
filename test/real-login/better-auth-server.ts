import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { betterAuth } from 'better-auth';
import { toNodeHandler } from 'better-auth/node';
import { twoFactor } from 'better-auth/plugins';
import { generate } from 'otplib';
import { onTestFinished } from 'vitest';

/** Sends one SMS; rejects when the carrier does not take it. */
export type SendSms = (to: string, text: string) => Promise<unknown>;

export interface BetterAuthServer {
  readonly url: string;
  /** What it wrote to its log as errors. */
  readonly errors: string[];
  /** Makes a user with a password alone. */
  readonly signUp: (email: string, phoneNumber?: string) => Promise<SignedUp>;
  /** Makes a user who gets codes by SMS. */
  readonly enrolSms: (email: string, phoneNumber: string) => Promise<SignedUp>;
  /** Makes a user with an authenticator app. */
  readonly enrolApp: (email: string) => Promise<EnrolledApp>;
}

export interface SignedUp {
  readonly password: string;
  readonly headers: Headers;
}

export interface EnrolledApp {
  readonly password: string;
  /** The address in the QR code. */
  readonly totpUri: string;
  readonly backupCodes: readonly string[];
}

export interface BetterAuthManner {
  /** Sign-ins within two minutes; its own limits are off where this is not set. */
  readonly signInsAllowed?: number;
}

/** A real login service on a free port of 127.0.0.1, with its users in memory; ends with the test. */
export async function startBetterAuth(
  sendSms: SendSms,
  manner: BetterAuthManner = {},
): Promise<BetterAuthServer> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const errors: string[] = [];
  const auth = createAuth(url, sendSms, { manner, errors });
  const handle = toNodeHandler(auth);
  server.on('request', (request, response) => void handle(request, response));
  return { url, errors, ...enrolment(auth) };
}

type Auth = ReturnType<typeof createAuth>;

interface Aside {
  readonly manner: BetterAuthManner;
  readonly errors: string[];
}

const createAuth = (url: string, sendSms: SendSms, { manner, errors }: Aside) =>
  betterAuth({
    appName: 'ACME',
    baseURL: url,
    secret: 'a secret of the test with more than 32 characters',
    emailAndPassword: { enabled: true },
    user: { additionalFields: { phoneNumber: { type: 'string', required: false } } },
    // Under a test runner it would trust every origin; in production it does not.
    advanced: { disableOriginCheck: false },
    rateLimit: {
      enabled: manner.signInsAllowed !== undefined,
      customRules: { '/sign-in/email': { window: 120, max: manner.signInsAllowed ?? 1 } },
    },
    logger: { log: (level, message) => void (level === 'error' && errors.push(message)) },
    telemetry: { enabled: false },
    plugins: [
      twoFactor({
        otpOptions: {
          sendOTP: async ({ user, otp }) => {
            const { phoneNumber } = user as { readonly phoneNumber?: string };
            await sendSms(phoneNumber ?? '', `Your ACME code is ${otp}. It expires in 3 minutes.`);
          },
        },
      }),
    ],
  });

function enrolment(auth: Auth): Pick<BetterAuthServer, 'signUp' | 'enrolSms' | 'enrolApp'> {
  async function signUp(email: string, phoneNumber?: string): Promise<SignedUp> {
    const password = `the password of ${email}`;
    const body = { email, password, name: email, ...(phoneNumber !== undefined && { phoneNumber }) };
    const { headers } = await auth.api.signUpEmail({ body, returnHeaders: true });
    const cookie = headers
      .getSetCookie()
      .map((set) => set.split(';')[0])
      .join('; ');
    return { password, headers: new Headers({ cookie }) };
  }
  return {
    signUp,
    async enrolSms(email, phoneNumber) {
      const user = await signUp(email, phoneNumber);
      const { password, headers } = user;
      await auth.api.enableTwoFactor({ body: { password, method: 'otp' }, headers });
      return user;
    },
    async enrolApp(email) {
      const { password, headers } = await signUp(email);
      const enabled = await auth.api.enableTwoFactor({ body: { password, method: 'totp' }, headers });
      if (!('totpURI' in enabled)) throw new Error('it gave no secret for an authenticator app');
      const { totpURI: totpUri, backupCodes } = enabled;
      const secret = new URL(totpUri).searchParams.get('secret') ?? '';
      await auth.api.verifyTOTP({ body: { code: await generate({ secret }) }, headers });
      return { password, totpUri, backupCodes };
    },
  };
}
