import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Attempt } from '../../src/domain/attempt.ts';
import {
  AttemptFailure,
  ChallengeMissing,
  CodeRejected,
  LoginRefused,
  RateLimited,
  RequestRefused,
  TargetUnreachable,
} from '../../src/domain/failure.ts';
import type { ProbeSpec } from '../../src/engine/probe-spec.ts';
import { buildSpec, createEngineWorld, scriptedFlow, type EngineWorld } from '../support/engine-world.ts';

let world: EngineWorld;

beforeEach(async () => {
  world = await createEngineWorld();
});

afterEach(async () => {
  await world.stop();
});

/** Starts one attempt; `during` plays the world while it runs. */
async function play(spec: ProbeSpec, during: () => Promise<void> = async () => undefined): Promise<Attempt> {
  const started = await world.engine.scheduler.run(spec, 'manual');
  if (!started.started) throw new Error(`skipped: ${started.skip} ${started.detail}`);
  await during();
  return started.finished;
}

const codeAfter =
  (ms: number, body = '482913 is your code') =>
  async () => {
    await world.clock.advance(ms);
    await world.receive({ body });
    await world.clock.advance(0);
  };

const refuse = (failure: Error) => () => {
  throw failure;
};

describe('the outcome of an attempt', () => {
  test('is ok when the code comes in time and is taken; the delivery is what the clock says', async () => {
    const flow = scriptedFlow();
    const attempt = await play(buildSpec({ flow }), codeAfter(4321));
    expect(attempt).toMatchObject({ outcome: 'ok', fault: 'none', logout: 'ok' });
    expect(attempt.code).toMatchObject({ result: 'on_time', deliveryMs: 4321, overdue: false });
    expect(attempt.stages.map((stage) => stage.stage)).toEqual([
      'login',
      'request_code',
      'delivery',
      'verify',
      'logout',
    ]);
    expect(flow.calls).toEqual(['login', 'request', 'verify 482913', 'logout']);
    expect(attempt.messages).toMatchObject([{ disposition: 'matched', afterRequestMs: 4321 }]);
  });

  test('is late after the deadline, though the code is still submitted and taken', async () => {
    const flow = scriptedFlow();
    const attempt = await play(buildSpec({ flow }), codeAfter(60_001));
    expect(attempt).toMatchObject({ outcome: 'late', fault: 'delivery' });
    expect(attempt.code).toMatchObject({ result: 'late', deliveryMs: 60_001, overdue: true });
    expect(flow.calls).toContain('verify 482913');
  });

  test('is late, not rejected, when a late code is refused', async () => {
    const flow = scriptedFlow({ verify: refuse(new CodeRejected('expired')) });
    expect((await play(buildSpec({ flow }), codeAfter(100_000))).outcome).toBe('late');
  });

  test('is ok at the very deadline', async () => {
    expect((await play(buildSpec(), codeAfter(60_000))).outcome).toBe('ok');
  });

  test('is lost when nothing comes by the expiry; it was overdue once', async () => {
    const attempt = await play(buildSpec(), () => world.clock.advance(300_001));
    expect(attempt).toMatchObject({ outcome: 'lost', fault: 'delivery', logout: 'ok' });
    expect(attempt.code).toMatchObject({ result: 'lost', deliveryMs: null, overdue: true });
    expect(world.events.filter((event) => event.kind === 'code_overdue')).toHaveLength(1);
  });

  test('is code_unreadable at the deadline when the message holds no single code', async () => {
    const attempt = await play(buildSpec(), async () => {
      await codeAfter(3000, 'call us at 5551 or 5552')();
      await world.clock.advance(60_000);
    });
    expect(attempt).toMatchObject({ outcome: 'code_unreadable', fault: 'target' });
    expect(attempt.code).toMatchObject({ result: 'unreadable', overdue: false });
  });

  test('is ok when a readable message follows an unreadable one', async () => {
    const attempt = await play(buildSpec(), async () => {
      await codeAfter(1000, 'Welcome!')();
      await codeAfter(1000)();
    });
    expect(attempt).toMatchObject({ outcome: 'ok', code: { deliveryMs: 2000 } });
  });

  test('is code_unreadable at the expiry when only senders that are not allowed wrote', async () => {
    const attempt = await play(buildSpec({ senders: ['OTHER'] }), async () => {
      await codeAfter(3000)();
      await world.clock.advance(300_000);
    });
    expect(attempt).toMatchObject({
      outcome: 'code_unreadable',
      code: { result: 'unreadable', overdue: true },
    });
    expect(attempt.messages).toMatchObject([{ disposition: 'wrong_sender' }]);
  });

  test('is redacted when the provider hid the text', async () => {
    const attempt = await play(buildSpec(), async () => {
      await world.clock.advance(2000);
      await world.receive({ body: '', redacted: true });
      await world.clock.advance(60_000);
    });
    expect(attempt).toMatchObject({ outcome: 'redacted', fault: 'receiver', code: { result: 'redacted' } });
  });

  test.each([
    ['login_refused', 'login', new LoginRefused('401'), 'none', null],
    ['challenge_missing', 'login', new ChallengeMissing('signed in'), 'none', null],
    ['target_unreachable', 'login', new TargetUnreachable('ECONNREFUSED'), 'none', null],
    ['rate_limited', 'login', new RateLimited('429'), 'none', null],
    ['flow_error', 'login', new TypeError('oops'), 'none', null],
    ['request_refused', 'request', new RequestRefused('cannot send'), 'ok', 'lost'],
    ['rate_limited', 'request', new RateLimited('429'), 'ok', 'unmeasured'],
    ['target_unreachable', 'request', new TargetUnreachable('reset'), 'ok', 'unmeasured'],
  ] as const)('is %s when the %s says so', async (...row) => {
    const [outcome, stage, failure, logout, result] = row;
    const flow = scriptedFlow({ [stage]: refuse(failure) });
    const attempt = await play(buildSpec({ flow }));
    expect(attempt).toMatchObject({ outcome, logout });
    expect(attempt.reason).toContain(failure.message);
    expect(attempt.code?.result ?? null).toBe(result);
  });

  test.each([
    ['code_rejected', new CodeRejected('wrong')],
    ['target_unreachable', new TargetUnreachable('502')],
    ['rate_limited', new RateLimited('locked')],
  ] as const)('is %s when verifying ends so; the code was still on time', async (outcome, failure) => {
    const flow = scriptedFlow({ verify: refuse(failure) });
    const attempt = await play(buildSpec({ flow }), async () => {
      await codeAfter(2000)();
      await world.clock.advance(60_000);
    });
    expect(attempt).toMatchObject({ outcome, code: { result: 'on_time', deliveryMs: 2000 }, logout: 'ok' });
  });

  test('is not changed by a failed logout', async () => {
    const flow = scriptedFlow({ logout: refuse(new Error('500')) });
    expect(await play(buildSpec({ flow }), codeAfter(1))).toMatchObject({ outcome: 'ok', logout: 'failed' });
  });

  test('is flow_error when the flow hangs for good', async () => {
    const flow = scriptedFlow({ login: () => new Promise(() => undefined) });
    const attempt = await play(buildSpec({ flow }), () => world.clock.advance(600_000));
    expect(attempt).toMatchObject({ outcome: 'flow_error', fault: 'monitor' });
  });

  test('is flow_error when the flow waits for a code that it never asked for', async () => {
    const flow = {
      kind: 'x',
      run: async (context: { code(): Promise<string> }) => void (await context.code()),
    };
    expect(await play(buildSpec({ flow }))).toMatchObject({ outcome: 'flow_error', code: null });
  });

  test('is flow_error when the flow asks twice; the second request is never sent', async () => {
    const sent: number[] = [];
    const flow = scriptedFlow({
      request: (context) => context.sending(async () => void sent.push(1)),
    });
    expect(await play(buildSpec({ flow }))).toMatchObject({ outcome: 'flow_error' });
    expect(sent).toEqual([]);
  });

  test('is aborted when the daemon stops; the session is still ended', async () => {
    const flow = scriptedFlow();
    const attempt = await play(buildSpec({ flow }), async () => {
      await world.clock.advance(5000);
      await Promise.all([world.engine.desk.stop(), world.clock.advance(0)]);
    });
    expect(attempt).toMatchObject({
      outcome: 'aborted',
      fault: 'monitor',
      logout: 'ok',
      code: { result: 'unmeasured' },
    });
  });
});

const takes = (good: string) => ({
  verify: (code: string) => {
    if (code !== good) throw new CodeRejected('wrong');
  },
});

describe('a refused code', () => {
  test('is followed, once, by a different one that came after the request', async () => {
    const flow = scriptedFlow(takes('222222'));
    const attempt = await play(buildSpec({ flow }), async () => {
      await codeAfter(1000, 'old 111111')();
      await codeAfter(3000, 'new 222222')();
    });
    expect(attempt).toMatchObject({ outcome: 'ok', code: { deliveryMs: 4000 } });
    expect(flow.calls.filter((call) => call.startsWith('verify'))).toEqual([
      'verify 111111',
      'verify 222222',
    ]);
  });

  test('is not followed by the same one, which is a duplicate', async () => {
    const flow = scriptedFlow(takes('222222'));
    const attempt = await play(buildSpec({ flow }), async () => {
      await codeAfter(1000, 'old 111111')();
      await codeAfter(1000, 'again 111111')();
      await world.clock.advance(60_000);
    });
    expect(attempt.outcome).toBe('code_rejected');
    expect(flow.calls.filter((call) => call.startsWith('verify'))).toHaveLength(1);
    expect(attempt.messages.map((message) => message.disposition)).toEqual(['matched', 'duplicate']);
  });

  test('is never followed by a third', async () => {
    const flow = scriptedFlow(takes('999999'));
    const attempt = await play(buildSpec({ flow }), async () => {
      for (const body of ['111111', '222222', '333333']) await codeAfter(1000, body)();
      await world.clock.advance(60_000);
    });
    expect(attempt.outcome).toBe('code_rejected');
    expect(flow.calls.filter((call) => call.startsWith('verify'))).toHaveLength(2);
  });

  test('may be of an earlier, lost request: then nobody is blamed', async () => {
    const spec = buildSpec({ flow: scriptedFlow(takes('222222')) });
    await play(spec, () => world.clock.advance(300_001));
    await world.clock.advance(300_000);
    const attempt = await play(spec, async () => {
      await codeAfter(1000, '111111')();
      await world.clock.advance(60_000);
    });
    expect(attempt).toMatchObject({ outcome: 'aborted', fault: 'monitor', code: { result: 'unmeasured' } });
  });

  test('by a plain typed failure of any outcome keeps that outcome', async () => {
    const flow = scriptedFlow({ verify: refuse(new AttemptFailure('redacted', 'x')) });
    expect((await play(buildSpec({ flow }), codeAfter(1))).outcome).toBe('redacted');
  });
});
