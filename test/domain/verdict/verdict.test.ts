import { expect, test } from 'vitest';
import type { Cause } from '../../../src/domain/verdict/cause.ts';
import {
  canaryObservation,
  inboxObservation,
  type Observation,
} from '../../../src/domain/verdict/observation.ts';
import { decideVerdict } from '../../../src/domain/verdict/verdict.ts';
import { at, calm, control, ESTATE, evidence, own, phone, sms } from './builders.ts';

const TIMES = ['14:03', '14:06', '14:09'];
const each = (seen: (time: string) => readonly Observation[]): Observation[] => TIMES.flatMap(seen);

const FAULTS: readonly {
  name: string;
  cause: Cause;
  subject: string | null;
  isAlarm: boolean;
  seen: Observation[];
}[] = [
  {
    name: 'a login that is down',
    cause: 'login',
    subject: null,
    isAlarm: false,
    seen: each((t) => [
      sms(t, 'a1', 'target_unreachable'),
      sms(t, 'b1', 'target_unreachable'),
      own(t, 'target_unreachable'),
      control(t, 'a1'),
    ]),
  },
  {
    name: 'a sender that sends nothing',
    cause: 'code_sender',
    subject: null,
    isAlarm: true,
    seen: each((t) => [
      sms(t, 'a1', 'lost'),
      sms(t, 'a2', 'lost'),
      sms(t, 'b1', 'lost'),
      own(t),
      control(t, 'a1'),
    ]),
  },
  {
    name: 'a sender that is late',
    cause: 'code_sender',
    subject: null,
    isAlarm: true,
    seen: each((t) => [
      sms(t, 'a1', 'late'),
      sms(t, 'a2', 'late'),
      sms(t, 'b1', 'late'),
      own(t),
      control(t, 'a1'),
    ]),
  },
  {
    name: 'a sender that does not reach one carrier',
    cause: 'carrier',
    subject: 'A',
    isAlarm: true,
    seen: each((t) => [sms(t, 'a1', 'lost'), sms(t, 'a2', 'lost'), sms(t, 'b1'), own(t), control(t, 'a1')]),
  },
  {
    name: 'a carrier that delivers nothing',
    cause: 'carrier',
    subject: 'A',
    isAlarm: true,
    seen: each((t) => [
      sms(t, 'a1', 'lost'),
      sms(t, 'a2', 'lost'),
      sms(t, 'b1'),
      own(t),
      control(t, 'a1', 'lost'),
    ]),
  },
  {
    name: 'a receiver that takes nothing',
    cause: 'receiver',
    subject: 'rack',
    isAlarm: true,
    seen: each((t) => [
      sms(t, 'a1', 'lost'),
      sms(t, 'a2', 'lost'),
      sms(t, 'b1', 'lost'),
      own(t),
      control(t, 'a1', 'lost'),
    ]),
  },
  {
    name: 'a number that is dead',
    cause: 'number',
    subject: 'a1',
    isAlarm: true,
    seen: each((t) => [sms(t, 'a1', 'lost'), sms(t, 'a2'), sms(t, 'b1'), own(t), control(t, 'a1', 'lost')]),
  },
  {
    name: 'a number that the target blocks',
    cause: 'number_blocked',
    subject: 'a1',
    isAlarm: true,
    seen: each((t) => [
      sms(t, 'a1', 'lost'),
      sms(t, 'a2'),
      sms(t, 'b1'),
      own(t),
      control(t, 'a1'),
      sms(t, 'a1', 'lost'),
    ]),
  },
  {
    name: 'a number that the target refuses to send to',
    cause: 'number_blocked',
    subject: 'a1',
    isAlarm: true,
    seen: each((t) => [
      sms(t, 'a1', 'request_refused'),
      sms(t, 'a2'),
      sms(t, 'b1'),
      own(t),
      control(t, 'a1'),
    ]),
  },
  {
    name: 'a monitor that reaches nothing',
    cause: 'monitor',
    subject: null,
    isAlarm: false,
    seen: each((t) => [
      canaryObservation(at(t), false),
      sms(t, 'a1', 'target_unreachable'),
      own(t, 'target_unreachable'),
      control(t, 'a1', 'target_unreachable'),
    ]),
  },
  {
    name: 'a canary alone that fails, so that nothing was tried',
    cause: 'monitor',
    subject: null,
    isAlarm: false,
    seen: each((t) => [canaryObservation(at(t), false)]),
  },
  {
    name: 'a control sender that cannot send',
    cause: 'control_sender',
    subject: null,
    isAlarm: false,
    seen: each((t) => [sms(t, 'a1'), sms(t, 'b1'), own(t), control(t, 'a1', 'request_refused')]),
  },
  {
    name: 'a clock that is wrong',
    cause: 'clock',
    subject: null,
    isAlarm: false,
    seen: each((t) => [sms(t, 'a1'), sms(t, 'b1'), own(t, 'code_rejected')]),
  },
  {
    name: 'a target where nothing is wrong',
    cause: 'healthy',
    subject: null,
    isAlarm: false,
    seen: each((t) => [sms(t, 'a1'), sms(t, 'b1'), own(t)]),
  },
  {
    name: 'codes that nobody can read',
    cause: 'code_sender',
    subject: null,
    isAlarm: false,
    seen: each((t) => [sms(t, 'a1', 'code_unreadable'), sms(t, 'b1', 'code_unreadable'), own(t)]),
  },
  {
    name: 'codes that the target itself refuses',
    cause: 'code_sender',
    subject: null,
    isAlarm: false,
    seen: each((t) => [sms(t, 'a1', 'code_rejected'), sms(t, 'b1', 'code_rejected'), own(t)]),
  },
  {
    name: 'a target that says that it cannot send',
    cause: 'code_sender',
    subject: null,
    isAlarm: false,
    seen: each((t) => [sms(t, 'a1', 'request_refused'), sms(t, 'b1', 'request_refused'), own(t)]),
  },
  {
    name: 'a login that lets everybody in unasked',
    cause: 'login',
    subject: null,
    isAlarm: false,
    seen: each((t) => [
      canaryObservation(at(t), true),
      sms(t, 'a1', 'challenge_missing'),
      own(t, 'challenge_missing'),
      control(t, 'a1'),
    ]),
  },
];

for (const { name, cause, subject, isAlarm, seen } of FAULTS) {
  test(`${name} is ${cause}`, () => {
    expect(decideVerdict(isAlarm ? evidence(seen) : calm(seen))).toMatchObject({
      cause,
      subject,
      missing: [],
    });
  });
}

test('a sender that is off for most accounts while one goes on is still the sender', () => {
  const seen = each((t) => [
    sms(t, 'a1', 'lost'),
    sms(t, 'a2', 'lost'),
    sms(t, 'b1', 'lost'),
    sms(t, 'c1'),
    own(t),
    control(t, 'a1'),
  ]);
  expect(decideVerdict(evidence(seen)).cause).toBe('code_sender');
});

test('a single lost code is no reason to blame, and none to worry', () => {
  const seen = [...each((t) => [sms(t, 'a1'), sms(t, 'b1'), own(t)]), sms('14:10', 'a1', 'lost')];
  expect(decideVerdict(calm(seen)).cause).toBe('healthy');
});

test('without an alarm, codes that are lost one after the other are neither health nor anybody’s fault', () => {
  const seen = [
    ...each((t) => [own(t)]),
    sms('14:01', 'a1'),
    ...each((t) => [sms(t, 'a1', 'lost'), sms(t, 'b1', 'lost')]),
  ];
  expect(decideVerdict(calm(seen)).cause).toBe('inconclusive');
});

test('an alarm over codes that do come is inconclusive, and blames nobody', () => {
  const seen = [
    sms('14:02', 'a1', 'lost'),
    ...each((t) => [sms(t, 'a1'), sms(t, 'b1'), own(t), control(t, 'a1')]),
  ];
  expect(decideVerdict(evidence(seen)).cause).toBe('inconclusive');
});

test('one lost control does not turn the sender’s outage into our own', () => {
  const seen = [
    ...each((t) => [sms(t, 'a1', 'lost'), sms(t, 'b1', 'lost'), own(t)]),
    control('14:09', 'a1', 'lost'),
  ];
  expect(decideVerdict(evidence(seen)).cause).toBe('inconclusive');
});

test('codes that our inbox could not read are no evidence against the target', () => {
  const seen = each((t) => [sms(t, 'a1', 'receiver_down'), sms(t, 'b1', 'redacted'), own(t)]);
  expect(decideVerdict(calm(seen)).cause).toBe('receiver');
});

test('an inbox that stays unreadable is the receiver’s fault, unless the neutral site is out of reach too', () => {
  const well = [sms('13:55', 'a1'), own('13:56'), sms('14:01', 'b1'), own('14:02')];
  const unread = ['14:04', '14:05', '14:06'].map((time) => inboxObservation('rack', 'a1', at(time)));
  const reached = ['14:04', '14:05', '14:06'].map((time) => canaryObservation(at(time), true));
  const verdict = decideVerdict(calm([...well, ...unread, ...reached]));
  expect([verdict.cause, verdict.subject]).toEqual(['receiver', 'rack']);
  expect(verdict.words).toContain('inbox rack unreadable since 14:04');
  const cutOff = ['14:04', '14:06', '14:08'].flatMap((time) => [
    canaryObservation(at(time), false),
    own(time, 'target_unreachable'),
  ]);
  expect(decideVerdict(calm([...well, ...unread, ...cutOff])).cause).toBe('monitor');
});

test('a login that works again is blamed no longer, and healthy after a few attempts', () => {
  const well = ['13:45', '13:50', '13:55'].flatMap((t) => [sms(t, 'a1'), own(t)]);
  const reached = ['13:45', '14:00', '14:02', '14:03', '14:05'].map((t) => canaryObservation(at(t), true));
  const failed = [
    sms('14:00', 'a1', 'target_unreachable'),
    own('14:02', 'target_unreachable'),
    own('14:03', 'target_unreachable'),
  ];
  const broken = [...well, ...reached, ...failed];
  expect(decideVerdict(calm(broken, { at: at('14:04') })).cause).toBe('login');
  const first = [...broken, sms('14:05', 'a2')];
  expect(decideVerdict(calm(first, { at: at('14:05') })).cause).toBe('inconclusive');
  const more = [...first, ...['14:06', '14:07', '14:08', '14:09', '14:10', '14:11'].map((t) => own(t))];
  expect(decideVerdict(calm(more)).cause).toBe('healthy');
});

test('a login that lets in every other attempt goes on being blamed after a success', () => {
  const seen = ['13:56', '13:58', '14:00', '14:02', '14:04', '14:06', '14:08', '14:10'].flatMap((t) => [
    canaryObservation(at(t), true),
    own(t, 'target_unreachable'),
    sms(t, 'a1', 'target_unreachable'),
    sms(t, 'b1'),
  ]);
  expect(decideVerdict(calm(seen)).cause).toBe('login');
});

test('one account whose password is refused is its own trouble', () => {
  const seen = each((t) => [sms(t, 'a1', 'login_refused'), sms(t, 'b1'), own(t)]);
  const verdict = decideVerdict(calm(seen));
  expect(verdict.cause).toBe('healthy');
  expect(verdict.words).toContain('account on-a1 was refused: check its password');
});

test('a login that refuses every account is broken, although they got in before', () => {
  const before = ['13:45', '13:50', '13:55'].flatMap((t) => [sms(t, 'a1'), sms(t, 'b1'), own(t)]);
  const seen = [
    ...before,
    sms('14:01', 'a1', 'login_refused'),
    own('14:02', 'login_refused'),
    sms('14:06', 'b1', 'login_refused'),
    sms('14:08', 'a2', 'login_refused'),
    control('14:09', 'a1'),
  ];
  expect(decideVerdict(calm(seen)).cause).toBe('login');
});

test('the only account being refused tells nothing of the login', () => {
  const seen = each((t) => [sms(t, 'a1', 'login_refused')]);
  expect(decideVerdict(calm(seen)).cause).toBe('inconclusive');
});

test('evidence from before the outage does not count in it', () => {
  const stale = [control('13:50', 'a1'), own('13:59'), ...['13:40', '13:50'].map((t) => sms(t, 'b1'))];
  const seen = each((t) => [sms(t, 'a1', 'lost'), sms(t, 'b1', 'lost')]);
  const verdict = decideVerdict(evidence([...stale, ...seen]));
  expect(verdict).toEqual(decideVerdict(evidence(seen)));
  expect(verdict.cause).toBe('inconclusive');
  expect(verdict.words).toContain('no control SMS yet');
});

test('after an hour of silence there is no verdict', () => {
  const seen = each((t) => [sms(t, 'a1'), sms(t, 'b1'), own(t)]);
  const verdict = decideVerdict(calm(seen, { at: at('15:30') }));
  expect(verdict.cause).toBe('inconclusive');
  expect(verdict.words).toContain('SMS codes: none measured since 15:00');
});

test('what failed before the recovery is over with it', () => {
  const seen = [
    ...each((t) => [sms(t, 'a1', 'request_refused'), sms(t, 'b1', 'request_refused'), own(t)]),
    sms('14:11', 'a1'),
  ];
  expect(decideVerdict(calm(seen, { recoveredAt: at('14:10') })).cause).toBe('healthy');
});

test('a target without any evidence is inconclusive', () => {
  expect(decideVerdict(calm([])).cause).toBe('inconclusive');
  expect(decideVerdict(evidence([])).cause).toBe('inconclusive');
});

const LOST = each((t) => [sms(t, 'a1', 'lost'), sms(t, 'a2', 'lost'), sms(t, 'b1', 'lost')]);
const PARTIAL = [
  {
    name: 'without a control the sender is not told from our receiver',
    estate: { ...ESTATE, phones: ESTATE.phones.map((known) => ({ ...known, takesControls: false })) },
    seen: [...LOST, ...each((t) => [own(t)])],
    advice: 'add a control to tell the sender from the way to us and our receiver',
  },
  {
    name: 'with one carrier the sender is not told from the carrier',
    estate: { ...ESTATE, phones: [phone('a1', 'A', true), phone('a2', 'A', false)] },
    seen: each((t) => [sms(t, 'a1', 'lost'), sms(t, 'a2', 'lost'), own(t), control(t, 'a1')]),
    advice: 'add a phone on another carrier to tell the sender from the carrier',
  },
  {
    name: 'with one number on the carrier the carrier is not told from the number',
    estate: { ...ESTATE, phones: [phone('a1', 'A', true), phone('b1', 'B', false)] },
    seen: each((t) => [sms(t, 'a1', 'lost'), sms(t, 'b1'), own(t), control(t, 'a1', 'lost')]),
    advice: 'add a second phone on the same carrier to tell the carrier from the number',
  },
];

for (const { name, estate, seen, advice } of PARTIAL) {
  test(`${name}, and the words say what to add`, () => {
    const verdict = decideVerdict(evidence(seen, { estate }));
    expect(verdict.cause).toBe('inconclusive');
    expect(verdict.missing).toContain(advice);
    expect(verdict.words).toContain(advice);
  });
}

test('without totp, canary and control, a login that fails is not told from the monitor', () => {
  const phones = ESTATE.phones.map((known) => ({ ...known, takesControls: false }));
  const estate = { ...ESTATE, phones, hasOwnFactor: false, hasCanary: false };
  const verdict = decideVerdict(
    calm(
      each((t) => [sms(t, 'a1', 'target_unreachable'), sms(t, 'b1', 'target_unreachable')]),
      { estate },
    ),
  );
  expect(verdict.cause).toBe('inconclusive');
  expect(verdict.missing).toContain('add a canary to tell the login from the monitor itself');
});

test('a target with an authenticator app only can be healthy', () => {
  const estate = { ...ESTATE, phones: [] };
  expect(
    decideVerdict(
      calm(
        each((t) => [own(t)]),
        { estate },
      ),
    ).cause,
  ).toBe('healthy');
});

test('what was seen by the hundred does not overflow', () => {
  const many = Array.from({ length: 400 }, () =>
    each((t) => [sms(t, 'a1', 'lost'), sms(t, 'b1', 'lost'), own(t), control(t, 'a1')]),
  ).flat();
  const verdict = decideVerdict(evidence(many));
  expect(verdict).toMatchObject({ cause: 'code_sender' });
  expect(verdict.posterior).toBeGreaterThan(0.9);
  expect(verdict.posterior).toBeLessThanOrEqual(1 + 1e-9);
});

const slow = (t: string, name: string): Observation => ({ ...sms(t, name), deliveryMs: 25_000 });

test('codes that come in time but slowly on every carrier are the sender’s, while controls are fast', () => {
  const seen = each((t) => [
    slow(t, 'a1'),
    slow(t, 'a2'),
    slow(t, 'b1'),
    own(t),
    { ...control(t, 'a1'), deliveryMs: 4000 },
  ]);
  const verdict = decideVerdict(evidence(seen, { outage: { since: at('14:02'), slowFromMs: 16_000 } }));
  expect(verdict.cause).toBe('code_sender');
  expect(verdict.words).toContain('SMS codes: 9 of 9 slow on 2 of 2 carriers since 14:02');
});

test('an outage of which the beginning is not known is judged by its last hour', () => {
  const seen = each((t) => [sms(t, 'a1', 'lost'), sms(t, 'b1', 'lost'), own(t), control(t, 'a1')]);
  const verdict = decideVerdict(evidence(seen, { outage: { since: null, slowFromMs: null } }));
  expect(verdict.cause).toBe('code_sender');
  expect(verdict.words).toContain('since 13:12');
});
