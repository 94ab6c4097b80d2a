import { z } from 'zod';
import { secret } from '../ports/settings.ts';
import type { ClientCertificate, TlsVersion } from '../ports/web-guard.ts';

/**
 * The file that Prometheus and its exporters take as `--web.config.file`.
 * https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
 */
export const webFileSchema = () =>
  z.strictObject({
    tls_server_config: orNothing(tlsServer()),
    http_server_config: orNothing(
      z.strictObject({ http2: z.boolean().default(true), headers: orNothing(headers()) }),
    ),
    basic_auth_users: orNothing(z.record(userName(), bcryptHash())),
    rate_limit: orNothing(
      z.strictObject({ interval: goDuration(), burst: z.int().min(0).max(1_000_000).default(1) }),
    ),
  });

export type ParsedWebFile = z.output<ReturnType<typeof webFileSchema>>;
export type ParsedTls = NonNullable<ParsedWebFile['tls_server_config']>;

/** A key without a value says as little as no key. */
const orNothing = <Schema extends z.ZodType>(schema: Schema) => schema.nullish();

const tlsServer = () =>
  z.strictObject({
    cert: z.string().optional(),
    key: secret().optional(),
    client_ca: z.string().optional(),
    cert_file: z.string().optional(),
    key_file: z.string().optional(),
    client_ca_file: z.string().optional(),
    client_auth_type: choice(CLIENT_AUTH_TYPES).optional(),
    client_allowed_sans: orNothing(z.array(z.string().min(1))),
    min_version: version('TLS12'),
    max_version: version('TLS13'),
    cipher_suites: orNothing(z.array(choice(CIPHERS))),
    prefer_server_cipher_suites: z.boolean().default(true),
    curve_preferences: orNothing(z.array(choice(CURVES))),
  });

/** One of the keys; its value. */
const choice = <Value>(values: Readonly<Record<string, Value>>) =>
  z.enum(Object.keys(values)).transform((word, context): Value => {
    const value = values[word];
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: 'expected another word' });
    return z.NEVER;
  });

/** https://pkg.go.dev/crypto/tls#ClientAuthType */
const CLIENT_AUTH_TYPES: Readonly<Record<string, ClientCertificate>> = {
  NoClientCert: 'none',
  RequestClientCert: 'asked',
  RequireAnyClientCert: 'any',
  RequireClientCert: 'any',
  VerifyClientCertIfGiven: 'checked_if_given',
  RequireAndVerifyClientCert: 'checked',
};

const VERSIONS: Readonly<Record<string, TlsVersion>> = { TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' };

const version = (standard: string) =>
  z
    .string()
    .default(standard)
    .transform((word, context): TlsVersion => {
      const known = Object.hasOwn(VERSIONS, word) ? VERSIONS[word] : undefined;
      if (known) return known;
      context.addIssue({ code: 'custom', message: 'expected TLS12 or TLS13; older versions are broken' });
      return z.NEVER;
    });

/** Go's names to OpenSSL's: https://pkg.go.dev/crypto/tls#CipherSuites */
const CIPHERS: Readonly<Record<string, string>> = {
  TLS_AES_128_GCM_SHA256: 'TLS_AES_128_GCM_SHA256',
  TLS_AES_256_GCM_SHA384: 'TLS_AES_256_GCM_SHA384',
  TLS_CHACHA20_POLY1305_SHA256: 'TLS_CHACHA20_POLY1305_SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
};

const CURVES: Readonly<Record<string, string>> = {
  CurveP256: 'P-256',
  CurveP384: 'P-384',
  CurveP521: 'P-521',
  X25519: 'X25519',
};

/** Visible characters, blanks and Latin letters with accents: a line break would begin a header of its own. */
const headerValue = () =>
  z.string().regex(/^[\t\x20-\x7e\xa0-\xff]*$/, 'expected a text without line breaks and control characters');

const headers = () =>
  z.strictObject({
    'Content-Security-Policy': headerValue().optional(),
    'X-Frame-Options': z.enum(['deny', 'sameorigin', '']).optional(),
    'X-Content-Type-Options': z.enum(['nosniff', '']).optional(),
    'X-XSS-Protection': headerValue().optional(),
    'Strict-Transport-Security': headerValue().optional(),
  });

/** RFC 7617: a colon ends the name. */
const userName = () =>
  z.string().regex(/^[^:\p{Cc}]{1,200}$/u, 'expected a user name without colons and control characters');

/** Costs above take seconds of a processor, which is what an attacker would ask for. */
const BCRYPT = /^\$2[aby]\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/;

const bcryptHash = () =>
  secret().refine((hash) => BCRYPT.test(hash.reveal()), {
    message: 'expected a bcrypt hash of cost 4 to 15, as `htpasswd -nBC 10 ""` prints it after the colon',
  });

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const GO_DURATION = /^(?:0|(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h))+)$/;

/** `1s`, `250ms`, `1m30s` or `0`; in milliseconds. */
const goDuration = () =>
  z
    .string()
    .regex(GO_DURATION, 'expected a duration such as 250ms, 1s or 1m30s')
    .transform((text) =>
      [...text.matchAll(/([0-9.]+)(ms|s|m|h)/g)].reduce(
        (sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS_MS[unit] ?? 0),
        0,
      ),
    );
