import { renderDiagnostics } from '../../src/config/diagnostics.ts';
import { loadConfig, type LoadOptions } from '../../src/config/load.ts';
import type { Config } from '../../src/config/config.ts';
import { CONFIG_ENV, CONFIG_KINDS } from './config-kinds.ts';

/** A configuration without faults, small enough to change a line of. */
export const CONFIG_TEXT = `contact: sre@acme.example
hooks: { listen: 127.0.0.1:9824 }
inboxes:
  rack: { kind: webhook, secret: \${RACK} }
senders:
  own: { kind: twilio, accountSid: \${SID}, authToken: \${TOKEN}, from: "+15005550006", perSms: 0.01 }
phones:
  us-a: { number: "+15005550111", inbox: rack, country: US, carrier: carrier-a, perSms: 0.01 }
  us-b: { number: "+15005550112", inbox: rack, country: US, carrier: carrier-b, perSms: 0.01 }
targets:
  acme:
    url: https://login.acme.example
    authorized: true
    accounts:
      sms-1: { username: one, password: \${P1}, phone: us-a }
      sms-2: { username: two, password: \${P2}, phone: us-b }
      totp-1: { username: three, password: \${P3}, totpSecret: \${T3} }
probes:
  acme-sms:
    target: acme
    factor: sms
    schedule: '*/5 * * * *'
    flow: { kind: module, path: ./login.ts }
  acme-totp:
    target: acme
    factor: totp
    schedule: '2-59/5 * * * *'
    flow: { kind: module, path: ./login.ts }
controls:
  receive-path: { sender: own, phones: [us-a, us-b], schedule: '11 */6 * * *' }
`;

export const loadText = (text: string, options: Partial<LoadOptions> = {}) =>
  loadConfig('/etc/twofa/twofa.yaml', {
    kinds: CONFIG_KINDS,
    env: CONFIG_ENV,
    hostName: 'host-7',
    readFile: async () => text,
    ...options,
  });

/** The configuration in `text`; throws its faults. */
export async function configOf(text: string, options: Partial<LoadOptions> = {}): Promise<Config> {
  const loaded = await loadText(text, options);
  if (loaded.ok) return loaded.config;
  throw new Error(renderDiagnostics(loaded.faults, 'twofa.yaml'));
}

/** What is said about `text`, a line each; faults, or notices where there are none. */
export async function saidAbout(text: string, options: Partial<LoadOptions> = {}): Promise<string[]> {
  const loaded = await loadText(text, options);
  const rendered = renderDiagnostics(loaded.ok ? loaded.notices : loaded.faults, 'twofa.yaml');
  return rendered === '' ? [] : rendered.trimEnd().split('\n');
}
