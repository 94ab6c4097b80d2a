import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { renderDiagnostics, type Diagnostic } from '../../src/config/diagnostics.ts';
import { CONFIG_ENV } from '../support/config-kinds.ts';
import { CONFIG_TEXT, configOf, loadText, saidAbout } from '../support/config-text.ts';

test('defaults are filled in', async () => {
  const config = await configOf('contact: sre@acme.example');
  expect(config).toMatchObject({
    file: '/etc/twofa/twofa.yaml',
    folder: '/etc/twofa',
    node: { name: 'host-7', location: 'local', canary: null },
    store: { kind: 'sqlite', path: '/etc/twofa/data/twofa.db' },
    retentionMs: 30 * 86_400_000,
    web: { host: '127.0.0.1', port: 9823, readToken: null, adminToken: null },
    hooks: null,
    spend: null,
    detection: { targetFalseAlarmDays: 90 },
  });
});

test('a probe and its target get their defaults, in milliseconds', async () => {
  const config = await configOf(CONFIG_TEXT);
  expect(config.probes['acme-sms']).toMatchObject({
    name: 'acme-sms',
    rotation: 'next',
    senders: [],
    pattern: null,
    deadlineMs: 60_000,
    expiryMs: 300_000,
    timeoutMs: 20_000,
    schedule: { cron: '*/5 * * * *', timezone: 'UTC' },
    jitterMs: 0,
    locations: 'spread',
    maintenance: [],
  });
  expect(config.targets['acme']?.limits).toEqual({
    perHour: 60,
    perDay: 900,
    spacingMs: 5000,
    perPhone: { sends: 5, windowMs: 600_000 },
  });
});

test('without a list, a probe uses the accounts that have the means for its factor', async () => {
  const config = await configOf(CONFIG_TEXT);
  expect(config.probes['acme-sms']?.accounts).toEqual(['sms-1', 'sms-2']);
  expect(config.probes['acme-totp']?.accounts).toEqual(['totp-1']);
});

test('a phone gets its route from country and carrier, in small letters, unless it names one', async () => {
  const text = CONFIG_TEXT.replace('carrier: carrier-b,', 'carrier: carrier-b, route: West,').replace(
    'carrier: carrier-a,',
    'carrier: Carrier-A,',
  );
  const { phones } = await configOf(text);
  expect([phones['us-a']?.route, phones['us-b']?.route]).toEqual(['us-carrier-a', 'West']);
});

test('money is kept in whole millionths', async () => {
  const text = `${CONFIG_TEXT.replace('perSms: 0.01 }\n  us-b', 'perSms: 0.008317 }\n  us-b')}spend: { currency: EUR, perMonth: 120.5 }\n`;
  const config = await configOf(text);
  expect(config.phones['us-a']?.perSms).toBe(8317);
  expect(config.senders['own']?.perSms).toBe(10_000);
  expect(config.spend).toEqual({ currency: 'EUR', perMonth: 120_500_000 });
});

test('backup codes come as a list or as a text with one a line', async () => {
  const listed = CONFIG_TEXT.replace('username: one,', 'username: one, backupCodes: [a1, b2],');
  const lines = CONFIG_TEXT.replace('username: one,', 'username: one, backupCodes: ${CODES},');
  const env = { ...CONFIG_ENV, CODES: 'a1\r\n  b2\n\n' };
  for (const text of [listed, lines]) {
    const codes = (await configOf(text, { env })).targets['acme']?.accounts['sms-1']?.backupCodes;
    expect(codes?.map((code) => code.reveal())).toEqual(['a1', 'b2']);
  }
});

test('an anchor may be used again, and merged', async () => {
  const text = CONFIG_TEXT.replace(
    'flow: { kind: module, path: ./login.ts }',
    'flow: &login { kind: module, path: ./login.ts }',
  ).replace('flow: { kind: module, path: ./login.ts }', 'flow: { <<: *login, path: ./other.ts }');
  expect((await configOf(text)).probes['acme-totp']?.flow).toEqual({
    kind: 'module',
    settings: { path: './other.ts' },
  });
});

test('a fault in a merged map is told where it was written', async () => {
  const text = CONFIG_TEXT.replace('acme-sms:\n', 'acme-sms:\n    <<: &times { dedline: 30s }\n').replace(
    'acme-totp:\n',
    'acme-totp:\n    <<: *times\n',
  );
  expect(await saidAbout(text)).toEqual([
    'twofa.yaml:20:18  probes.acme-sms.dedline: unknown key; did you mean "deadline"?',
    'twofa.yaml:20:18  probes.acme-totp.dedline: unknown key; did you mean "deadline"?',
  ]);
});

test('a time zone goes with a schedule', async () => {
  const text = CONFIG_TEXT.replace("'*/5 * * * *'", "{ cron: '0 8 * * 1-5', timezone: Europe/Berlin }");
  expect((await configOf(text)).probes['acme-sms']?.schedule).toEqual({
    cron: '0 8 * * 1-5',
    timezone: 'Europe/Berlin',
  });
});

test('a name that is not there is undefined, whatever it is called', async () => {
  const config = await configOf(CONFIG_TEXT);
  expect([config.probes['constructor'], config.phones['toString']]).toEqual([undefined, undefined]);
});

test('no way of printing a configuration shows a secret', async () => {
  const config = await configOf(CONFIG_TEXT);
  const printed = `${inspect(config, { depth: 20 })}${JSON.stringify(config)}`;
  for (const name of ['RACK', 'TOKEN', 'P1', 'P2', 'P3', 'T3'])
    expect(printed).not.toContain(CONFIG_ENV[name]);
});

test('tokens are not needed on loopback, whatever form it has', async () => {
  for (const listen of ['localhost:1', '"[::1]:1"', '127.8.0.1:1']) {
    expect(await saidAbout(`${CONFIG_TEXT}web: { listen: ${listen} }\n`)).toEqual([]);
  }
});

test('the address of the command line goes before the file, through the same checks', async () => {
  const config = await configOf(CONFIG_TEXT, { webListen: '127.0.0.1:7000' });
  expect(config.web.port).toBe(7000);
  const said = await saidAbout(CONFIG_TEXT, { webListen: ':7000' });
  expect(said.map((line) => line.replace(/:.*/, ''))).toEqual(['twofa.yaml', 'twofa.yaml']);
  expect(said.join()).toContain('web.adminToken');
});

const plain = (host: string) => CONFIG_TEXT.replace('https://login.acme.example', `http://${host}`);

test('a target without https is noticed, but for loopback', async () => {
  expect(await saidAbout(plain('127.0.0.1:8080'))).toEqual([]);
  expect(await saidAbout(plain('login.acme.example'))).toEqual([
    'twofa.yaml:12:10  notice: targets.acme.url: without https, passwords and codes can be read on the way',
  ]);
});

test('what does nothing is noticed', async () => {
  const text = CONFIG_TEXT.replace('inboxes:\n', 'inboxes:\n  spare: { kind: webhook, secret: ${RACK} }\n')
    .replace(
      'phones:\n',
      'phones:\n  de-a: { number: "+4915112345678", inbox: rack, country: DE, carrier: c }\n',
    )
    .replace(
      'senders:\n',
      'senders:\n  idle: { kind: twilio, accountSid: ${SID}, authToken: ${TOKEN}, from: ACME }\n',
    )
    .replace('targets:\n', 'targets:\n  quiet: { url: https://q.acme.example, authorized: true }\n');
  expect((await saidAbout(text)).map((line) => line.replace(/^\S+ {2}notice: /, ''))).toEqual([
    'inboxes.spare: no phone is read through this inbox',
    'senders.idle: no control uses this sender',
    'phones.de-a: no account and no control uses this phone',
    'targets.quiet: no probe logs in to this target',
  ]);
});

test('a phone without a price is noticed where there is a cap', async () => {
  const free = CONFIG_TEXT.replace('carrier-b, perSms: 0.01', 'carrier-b');
  expect(await saidAbout(free)).toEqual([]);
  expect(await saidAbout(`${free}spend: { currency: USD, perMonth: 200 }\n`)).toEqual([
    'twofa.yaml:9:9  notice: phones.us-b: has no perSms: its codes count as free, and spend.perMonth does not hold them',
  ]);
});

test('a cost above 80 % of the cap is noticed', async () => {
  expect(await saidAbout(`${CONFIG_TEXT}spend: { currency: USD, perMonth: 100 }\n`)).toEqual([
    'twofa.yaml:31:35  notice: spend.perMonth: schedules cost 90.52 USD in 31 days (acme-sms 89.28 + receive-path 1.24), spend.perMonth is 100.00: 91 % of it, confirmations not counted',
  ]);
});

test('a flow hears which vars its accounts have', async () => {
  const steps = `{ kind: http, steps: [ { stage: login, post: /, form: { pin: '{{pin}}' } }, { stage: request_code, sends: true, post: / }, { stage: verify, post: / } ] }`;
  const text = CONFIG_TEXT.replace('{ kind: module, path: ./login.ts }', steps).replace(
    'username: one,',
    "username: one, vars: { pin: '1' },",
  );
  expect(await saidAbout(text)).toEqual([
    'twofa.yaml:23:11  probes.acme-sms.flow: the steps use {{pin}}, which no step saves; account sms-2 has no `vars.pin`, nor has the flow',
  ]);
});

const forbidden = async () => {
  throw Object.assign(new Error('no'), { code: 'EACCES' });
};

test('a file that cannot be read is one fault with the reason', async () => {
  expect(await saidAbout('', { readFile: forbidden })).toEqual([
    'twofa.yaml  cannot be read (EACCES); expected a YAML file, see `twofa-prober init`',
  ]);
});

test('a file beyond all measure is refused before it is read as YAML', async () => {
  const loaded = await loadText(`# ${'x'.repeat(2_000_001)}`);
  expect(loaded).toMatchObject({ ok: false, faults: [{ line: null }] });
});

const at = (line: number): Diagnostic => ({
  level: 'fault',
  line,
  column: 1,
  path: '',
  message: `m${line}`,
});

test('diagnostics come in the order of the file, and the fifty-first is counted only', () => {
  const rendered = renderDiagnostics(
    Array.from({ length: 53 }, (_, index) => at(53 - index)),
    'f',
  );
  expect(rendered.split('\n').slice(0, 2)).toEqual(['f:1:1  m1', 'f:2:1  m2']);
  expect(rendered.endsWith('f:50:1  m50\nand 3 more\n')).toBe(true);
});
