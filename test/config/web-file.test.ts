import { expect, test } from 'vitest';
import { renderDiagnostics } from '../../src/config/diagnostics.ts';
import { loadWebFile } from '../../src/config/web-file.ts';
import type { WebGuard } from '../../src/ports/web-guard.ts';
import { AUTHORITY, CLIENT, SERVER } from '../support/certificates.ts';
import { HASH } from '../support/web-guards.ts';
import { CONFIG_TEXT, loadText } from '../support/config-text.ts';

const FILES: Readonly<Record<string, string>> = {
  '/etc/tls/server.crt': SERVER.cert,
  '/etc/tls/server.key': SERVER.key,
  '/etc/tls/client.key': CLIENT.key,
  '/etc/tls/ca.crt': AUTHORITY,
  '/etc/tls/empty': '',
};

const load = (text: string) =>
  loadWebFile('/etc/tls/web.yml', async (path) => {
    const content = path === '/etc/tls/web.yml' ? text : FILES[path];
    if (content === undefined) throw Object.assign(new Error('no'), { code: 'ENOENT' });
    return content;
  });

async function guardOf(text: string): Promise<WebGuard> {
  const loaded = await load(text);
  if (loaded.ok) return loaded.guard;
  throw new Error(renderDiagnostics(loaded.faults, 'web.yml'));
}

/** What is said about the file, a line each, without its name. */
async function saidAbout(text: string): Promise<string[]> {
  const loaded = await load(text);
  const rendered = loaded.ok ? '' : renderDiagnostics(loaded.faults, 'web.yml');
  return rendered.split('\n').flatMap((line) => line.replace('/etc/tls/web.yml', '').trim() || []);
}

const TLS = 'tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n';

test("the exporter toolkit's own sample is taken", async () => {
  const guard = await guardOf(`${TLS}
basic_auth_users:
  alice: $2y$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze
  bob: $2y$10$hLqFl9jSjoAAy95Z/zw8Ye8wkdMBM8c5Bn1ptYqP/AXyV0.oy0S8m
rate_limit:
  interval: "1s"
  burst: 20
`);
  expect([...guard.users.keys()]).toEqual(['alice', 'bob']);
  expect(guard.rate).toEqual({ intervalMs: 1000, burst: 20 });
  expect(guard.tls).toMatchObject({
    certificate: SERVER.cert,
    clientCertificate: 'none',
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ciphers: null,
    ownCipherOrder: true,
  });
  expect(guard.tls?.key.reveal()).toBe(SERVER.key);
});

test('every key of the format is taken', async () => {
  const guard = await guardOf(`${TLS}  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
  client_allowed_sans: [prometheus.example]
  min_version: TLS13
  max_version: TLS13
  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]
  prefer_server_cipher_suites: false
  curve_preferences: [X25519, CurveP256]
http_server_config:
  http2: true
  headers:
    Strict-Transport-Security: max-age=31536000
    X-Frame-Options: deny
    X-Content-Type-Options: nosniff
    X-XSS-Protection: '0'
    Content-Security-Policy: default-src 'self'
`);
  expect(guard.tls).toMatchObject({
    clientAuthorities: AUTHORITY,
    clientCertificate: 'checked',
    clientNames: ['prometheus.example'],
    minVersion: 'TLSv1.3',
    ciphers: ['ECDHE-ECDSA-AES128-GCM-SHA256'],
    ownCipherOrder: false,
    curves: ['X25519', 'P-256'],
  });
  expect(Object.keys(guard.headers)).toHaveLength(5);
});

test('certificates may stand in the file itself', async () => {
  const indent = (pem: string) => pem.replace(/^/gm, '    ');
  const guard = await guardOf(
    `tls_server_config:\n  cert: |\n${indent(SERVER.cert)}\n  key: |\n${indent(SERVER.key)}\n`,
  );
  expect(guard.tls?.certificate.trim()).toBe(SERVER.cert.trim());
});

test.each(['', '# nothing yet\n', '{}', 'tls_server_config:\nbasic_auth_users:\nhttp_server_config:\n'])(
  'a file that asks for nothing guards nothing: %j',
  async (text) => {
    expect(await guardOf(text)).toEqual({ tls: null, users: new Map(), headers: {}, rate: null });
  },
);

test.each([
  ['250ms', 250],
  ['1m30s', 90_000],
  ['1.5s', 1500],
  ['2h', 7_200_000],
])('a rate of one each %s is one each %d ms', async (interval, intervalMs) => {
  expect((await guardOf(`rate_limit: { interval: ${interval} }`)).rate).toEqual({ intervalMs, burst: 1 });
});

test('a rate with interval 0 is no rate', async () => {
  expect((await guardOf("rate_limit: { interval: '0', burst: 0 }")).rate).toBeNull();
});

const FAULTS: readonly [string, string, readonly string[]][] = [
  [
    'keys that do not exist',
    'tls_config: {}\nbasic_auth_user: {}\n',
    [
      ':1:1  tls_config: unknown key; did you mean "tls_server_config"?',
      ':2:1  basic_auth_user: unknown key; did you mean "basic_auth_users"?',
    ],
  ],
  [
    'a key inside that does not exist',
    `${TLS}  client_auth: NoClientCert\n`,
    [':4:3  tls_server_config.client_auth: unknown key; did you mean "client_ca"?'],
  ],
  [
    'a word that does not exist',
    `${TLS}  client_auth_type: RequireAndVerifyClientCrt\n`,
    [
      ':4:21  tls_server_config.client_auth_type: found "RequireAndVerifyClientCrt", expected one of: NoClientCert, RequestClientCert, RequireAnyClientCert, RequireClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert; did you mean "RequireAndVerifyClientCert"?',
    ],
  ],
  [
    'a version that is broken',
    `${TLS}  min_version: TLS10\n`,
    [
      ':4:16  tls_server_config.min_version: found "TLS10", expected TLS12 or TLS13; older versions are broken',
    ],
  ],
  [
    'versions the wrong way round',
    `${TLS}  min_version: TLS13\n  max_version: TLS12\n`,
    [':4:3  tls_server_config.min_version: found a later version than max_version allows'],
  ],
  [
    'a certificate without its key, and a file that is not there',
    'tls_server_config:\n  cert_file: nowhere.crt\n',
    [
      ":2:3  tls_server_config.cert_file: nowhere.crt cannot be read (ENOENT); relative paths start at this file's folder",
      ':1:1  tls_server_config.key_file: missing, expected a PEM file, or key with its content',
    ],
  ],
  [
    'files that hold something else',
    'tls_server_config:\n  cert_file: empty\n  key_file: empty\n',
    [
      ':3:3  tls_server_config.key_file: holds no private key, expected PEM without a passphrase',
      ':2:3  tls_server_config.cert_file: holds no certificate, expected PEM (-----BEGIN CERTIFICATE-----)',
    ],
  ],
  [
    'a key of another certificate',
    'tls_server_config:\n  cert_file: server.crt\n  key_file: client.key\n',
    [':3:3  tls_server_config.key_file: is not the key of the certificate in cert_file'],
  ],
  [
    'a certificate twice',
    `${TLS}  cert: x\n`,
    [':2:3  tls_server_config.cert_file: found beside cert, expected one of the two'],
  ],
  [
    'an authority that checks nobody',
    `${TLS}  client_ca_file: ca.crt\n`,
    [
      ':1:1  tls_server_config.client_auth_type: missing, expected RequireAndVerifyClientCert: client_ca alone checks nobody',
    ],
  ],
  [
    'clients that are checked against nothing',
    `${TLS}  client_auth_type: RequireAndVerifyClientCert\n`,
    [
      ':1:1  tls_server_config.client_ca_file: missing, expected the authorities whose certificates clients may show',
    ],
  ],
  [
    'names of clients that need no certificate',
    `${TLS}  client_allowed_sans: [a.example]\n`,
    [
      ':4:3  tls_server_config.client_allowed_sans: found where clients need no certificate, expected client_auth_type RequireAndVerifyClientCert',
    ],
  ],
  [
    'a header that would add another one',
    'http_server_config:\n  headers:\n    Content-Security-Policy: "x\\r\\nSet-Cookie: a=b"\n    X-Powered-By: us\n',
    [
      ':4:5  http_server_config.headers.X-Powered-By: unknown key, expected Content-Security-Policy, X-Frame-Options, X-Content-Type-Options, X-XSS-Protection, Strict-Transport-Security',
      ':3:30  http_server_config.headers.Content-Security-Policy: found "x··Set-Cookie: a=b", expected a text without line breaks and control characters',
    ],
  ],
  [
    'a password in place of its hash',
    'basic_auth_users:\n  alice: hunter2hunter2\n  "bob:x": $2y$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze\n',
    [
      ':2:10  basic_auth_users.alice: found [secret], expected a bcrypt hash of cost 4 to 15, as `htpasswd -nBC 10 ""` prints it after the colon',
      ':3:3  basic_auth_users.bob:…: found the name "bob:…", expected a user name without colons and control characters',
    ],
  ],
  [
    'a hash that takes minutes',
    'basic_auth_users:\n  alice: $2y$20$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze\n',
    [
      ':2:10  basic_auth_users.alice: found [secret], expected a bcrypt hash of cost 4 to 15, as `htpasswd -nBC 10 ""` prints it after the colon',
    ],
  ],
  ['no map at all', 'tls\n', [':1:1  found a text, expected a map of settings']],
  [
    'broken YAML',
    'a: [\n',
    [':2:1  not valid YAML: the indentation does not fit the lines above, or a bracket is not closed'],
  ],
];

test.each(FAULTS)('%s', async (_name, text, said) => {
  const lines = await saidAbout(text);
  expect(lines.toSorted()).toEqual([...said].sort());
});

test('no fault quotes a hash, a password or a key', async () => {
  const texts = [
    `basic_auth_users: [${HASH}]`,
    `basic_auth_users: { alice: { x: ${HASH} } }`,
    `basic_auth_users: { alice: hunter2 }`,
    `tls_server_config: { key: [hunter2], cert: hunter2 }`,
    `tls_server_config: { kee: hunter2, cert_file: server.crt }`,
  ];
  for (const text of texts) {
    const said = (await saidAbout(text)).join('\n');
    expect(said).not.toBe('');
    expect(said).not.toMatch(/hunter2|\$2b/);
  }
});

const LISTENING = CONFIG_TEXT.replace('contact:', 'web: { listen: 0.0.0.0:9823 }\ncontact:');

const loadBoth = (webText: string) =>
  loadText('', {
    webFile: '/etc/tls/web.yml',
    readFile: async (path) => (path === '/etc/tls/web.yml' ? webText : (FILES[path] ?? LISTENING)),
  });

test('off loopback, users or checked clients stand in for tokens, and TLS alone does not', async () => {
  const checked = `${TLS}  client_ca_file: ca.crt\n  client_auth_type: RequireAndVerifyClientCert\n`;
  expect((await loadBoth(`basic_auth_users: { alice: ${HASH} }`)).ok).toBe(true);
  expect((await loadBoth(checked)).ok).toBe(true);
  const open = await loadBoth(TLS);
  const said = open.ok ? '' : renderDiagnostics(open.faults, 'twofa.yaml');
  expect(said).toContain('web.readToken: missing');
  expect(said).toContain('web.adminToken: missing');
});

test('faults of both files are told at once, each with its own name', async () => {
  const loaded = await loadBoth('users: {}\n');
  const said = loaded.ok ? '' : renderDiagnostics(loaded.faults, 'twofa.yaml');
  expect(said).toContain('/etc/tls/web.yml:1:1  users: unknown key');
  expect(said).toMatch(/^twofa\.yaml:.*web\.readToken: missing/m);
});
