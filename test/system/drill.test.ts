import { expect, test } from 'vitest';
import { command } from '../support/command.ts';

test.concurrent.each([
  ['sms-sender-off', 'code_sender', /ALARM +(all|us-carrier-[ab]): loss/],
  ['login-down', 'login', /target_unreachable +acme-sms/],
  ['receiver-down', 'receiver carrier', /inbox down +carrier/],
])(
  'the drill %s ends with the right verdict, and tells how it went',
  { timeout: 400_000 },
  async (scenario, verdict, sign) => {
    const ended = command('drill', scenario, '--speed', '60');
    const status = await ended.status;
    const { stdout: out, stderr: err } = ended;
    expect(out).toContain(`BROKEN: ${scenario}`);
    expect(out).toMatch(sign);
    expect(out).toContain('HEALED');
    expect(out).toMatch(new RegExp(`verdict +${verdict}, after`));
    expect(out).toMatch(/recovered +\d+:\d\d after the healing/);
    expect(out).toMatch(/the verdict is +RIGHT/);
    expect({ status, err }).toEqual({ status: 0, err: '' });
  },
);
