import { expect, onTestFinished, test } from 'vitest';
import { openDrillWorld } from '../../src/drill/drill-world.ts';
import type { ProbeEvent } from '../../src/ports/observer.ts';
import { createPacedClock } from '../../src/runtime/paced-clock.ts';
import { startAlertStack } from '../support/alert-stack.ts';

const SPEED = 60;
/** Codes of health before it breaks: as long as the outage takes to be found and to end. */
const HEALTHY_CODES = 10;

test(
  'an outage pages through Prometheus and Alertmanager with the right verdict, and resolves; health does not',
  { timeout: 300_000 },
  async () => {
    const codes = countCodes();
    const world = await openDrillWorld({
      seed: 'outage-alert',
      clock: createPacedClock(SPEED),
      version: '0.0.0-test',
      logger: { log: () => undefined },
      observers: [codes],
    });
    onTestFinished(() => world.close());
    const stack = await startAlertStack(world.web, SPEED);

    await codes.reach(HEALTHY_CODES);
    expect(await stack.query('max_over_time(ALERTS{alertstate="firing"}[10m])')).toEqual([]);
    expect(stack.received).toEqual([]);

    world.simulator.scenarios.set('sms-sender-off');
    const page = await stack.arrives(({ labels }) => labels['cause'] === 'code_sender');
    expect(page).toMatchObject({
      status: 'firing',
      labels: { alertname: 'TwofaOutage', severity: 'page', target: 'acme', hypothesis: 'loss' },
      annotations: {
        summary: expect.stringContaining('Broken part: code_sender') as string,
        // The page may come before the first lost code has reached its expiry and is counted.
        description: expect.stringMatching(
          /verdict: code_sender\.[^]*Codes in the last hour: [0-9][^]*totp/,
        ) as string,
        runbook_url: expect.stringMatching(/docs\/runbooks\/outage\.md$/) as string,
      },
    });
    const blamed = stack.received.flatMap(({ labels }) => labels['cause'] ?? []);
    expect(blamed.filter((cause) => cause !== 'code_sender' && cause !== 'inconclusive')).toEqual([]);

    world.simulator.scenarios.clear();
    await stack.arrives(
      ({ status, fingerprint }) => status === 'resolved' && fingerprint === page.fingerprint,
    );
    const [watch] = [...world.app.engine.watch.targets.values()];
    expect(watch?.verdict.cause).toBe('healthy');
  },
);

/** Counts the SMS logins that are over. */
function countCodes() {
  let count = 0;
  let wake: () => void = () => undefined;
  return {
    observe(event: ProbeEvent): void {
      if (event.kind !== 'attempt_finished' || event.attempt.probe !== 'acme-sms') return;
      count += 1;
      wake();
    },
    reach: (wanted: number) =>
      new Promise<void>((resolve) => {
        wake = () => {
          if (count >= wanted) resolve();
        };
        wake();
      }),
  };
}
