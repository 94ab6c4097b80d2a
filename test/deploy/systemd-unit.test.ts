import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { configWith, readText, secretsOf, variablesOfConfig } from './deploy-files.ts';

const unit = readText('docs/deploy/twofa-prober.service');
const valueOf = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

test('it starts the program of the installed package, with the configuration that the page puts there', () => {
  expect(valueOf('ExecStart')).toBe(
    `/usr/bin/node /opt/twofa-prober/node_modules/${manifest.name}/${manifest.bin['twofa-prober']}` +
      ' start --config.file=/etc/twofa-prober/twofa-prober.yaml',
  );
  const page = readText('docs/deployment.md');
  expect(page).toContain('/opt/twofa-prober');
  expect(page).toContain('/etc/twofa-prober/twofa-prober.yaml');
  expect(page).toContain(valueOf('EnvironmentFile'));
});

test('it is started once it is ready, at the address of the configuration', async () => {
  const { web, store } = await configWith(secretsOf(variablesOfConfig().needed));
  expect(valueOf('ExecStartPost')).toContain(`'http://${web.host}:${web.port}/-/ready'`);
  expect(store).toMatchObject({ path: `/var/lib/${valueOf('StateDirectory')}/twofa.db` });
});

test('it is reloaded by SIGHUP, and has time to end its attempts', () => {
  expect(valueOf('ExecReload')).toBe('/bin/kill -HUP $MAINPID');
  expect(Number(valueOf('TimeoutStopSec'))).toBeGreaterThan(30);
});
