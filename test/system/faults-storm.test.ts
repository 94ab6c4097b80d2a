import { expect, test } from 'vitest';
import { startDaemon } from '../support/daemon-process.ts';
import { valueOf } from '../support/exposition.ts';
import { sendToRack } from '../support/rack-message.ts';
import { createSimStage } from '../support/sim-daemon.ts';

const STORM = 5000;
const AT_ONCE = 100;

test(
  'in a storm of 5,000 messages none that is acknowledged gets lost, and a code among them is measured right',
  { timeout: 120_000 },
  async () => {
    const stage = await createSimStage({ held: true });
    await stage.write((config) => {
      Object.assign(config.probes['acme-sms'] ?? {}, { deadline: '60s', expiry: '90s' });
    });
    const daemon = await startDaemon(stage.configFile);
    const id = await daemon.run('acme-sms');
    await stage.onTheWay(1);
    const answers = new Map<number, number>();
    let sent = 0;
    const sender = async () => {
      while (sent < STORM) {
        sent += 1;
        // In the middle of it the code comes.
        if (sent === STORM / 2) stage.deliver();
        const { status } = await sendToRack(daemon.hooks, { id: `storm-${sent}`, to: '+12025550114' });
        answers.set(status, (answers.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sender));
    expect([...answers]).toEqual([[200, STORM]]);

    const attempt = await daemon.attempt(id);
    expect(attempt).toMatchObject({ outcome: 'ok', code: { uncertaintyMs: 0 } });
    const [send] = stage.sim.truth.sends();
    const [push] = send?.message?.deliveries[0]?.pushes ?? [];
    if (!send || !push) throw new Error('no code was sent');
    const login = stage.sim.truth.logins().find((one) => one.attempt === id);
    // t0 is between the answer to the login and the request; t1 between the carrier's first byte and our answer.
    const measuredMs = attempt.code?.deliveryMs ?? NaN;
    expect(measuredMs).toBeGreaterThanOrEqual(push.atMs - send.requestedAtMs);
    expect(measuredMs).toBeLessThanOrEqual((push.endedMs ?? NaN) - (login?.atMs ?? NaN));

    const families = await daemon.metrics();
    const unmatched = { inbox: 'rack', disposition: 'unmatched' };
    expect(valueOf(families, 'twofa_inbox_messages_total', unmatched)).toBe(STORM);
  },
);
