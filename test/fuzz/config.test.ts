import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderDiagnostics } from '../../src/config/diagnostics.ts';
import { loadWebFile } from '../../src/config/web-file.ts';
import { loadText } from '../support/config-text.ts';
import { expectAlways, nastyText } from '../support/fuzz.ts';
import { HASH } from '../support/web-guards.ts';

const YAML = fc.constantFrom(
  ': ',
  '- ',
  '\n',
  '\n  ',
  '{',
  '}',
  '[',
  ']',
  '&a ',
  '*a',
  '<<: ',
  '!!js ',
  '|',
  '"',
  "'",
  '${A}',
  '${',
);

/** A text with one piece of it cut out and anything put in its place. */
const damaged = (whole: string) =>
  fc
    .tuple(fc.nat(whole.length), fc.nat(40), fc.array(fc.oneof(YAML, nastyText), { maxLength: 3 }))
    .map(([at, length, parts]) => whole.slice(0, at) + parts.join('') + whole.slice(at + length));

/** One line a diagnostic: nothing in it reaches the terminal that is not meant for the eye. */
const isPrintable = (rendered: string) => !/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(rendered);

test(
  'a configuration that is damaged anywhere is taken or refused in words',
  { timeout: 120_000 },
  async () => {
    await expectAlways(
      'configuration',
      fc.asyncProperty(fc.oneof(damaged(''), damaged(SMALL)), async (text) => {
        const loaded = await loadText(text);
        const said = loaded.ok ? loaded.notices : loaded.faults;
        expect(loaded.ok || said.length > 0).toBe(true);
        expect(isPrintable(renderDiagnostics(said, 'f'))).toBe(true);
      }),
    );
  },
);

/** The smaller, the more cases in the same time. */
const SMALL = `contact: sre@acme.example
hooks: { listen: 127.0.0.1:9824 }
inboxes: { rack: { kind: webhook, secret: \${RACK} } }
phones: { us-a: { number: "+15005550111", inbox: rack, country: US, carrier: a } }
targets: { acme: { url: https://a.example, authorized: true, accounts: { one: { username: one, password: \${P1}, phone: us-a } } } }
probes: { sms: { target: acme, factor: sms, schedule: '*/5 * * * *', flow: { kind: module, path: ./a.ts } } }
`;

const WEB_FILE = `tls_server_config: { cert_file: a, key_file: b, client_auth_type: NoClientCert }
http_server_config: { headers: { X-Frame-Options: deny } }
basic_auth_users: { alice: ${HASH} }
rate_limit: { interval: 1s, burst: 2 }
`;

test(
  'a web configuration file that is damaged anywhere is taken or refused in words',
  { timeout: 120_000 },
  async () => {
    await expectAlways(
      'web configuration',
      fc.asyncProperty(damaged(WEB_FILE), async (text) => {
        const loaded = await loadWebFile('/web.yml', async (path) => (path === '/web.yml' ? text : ''));
        if (loaded.ok) return;
        expect(loaded.faults.length).toBeGreaterThan(0);
        const said = renderDiagnostics(loaded.faults, 'f');
        expect(isPrintable(said)).toBe(true);
        expect(said).not.toContain(HASH);
      }),
    );
  },
);
