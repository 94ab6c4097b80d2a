import type { Cause } from '../domain/verdict/cause.ts';
import { HOUR, MINUTE } from '../domain/units.ts';
import type { Scenario } from '../sim/scenarios.ts';

/** What the daemon should make of a scenario. */
export interface Expectation {
  /** The verdict that is right; null: no component needs to be blamed. */
  readonly cause: Cause | null;
  /** Verdicts that chance may lead to, and that would not be wrong. */
  readonly tolerated: readonly Cause[];
  /** Which carrier, phone or inbox; null: not looked at. */
  readonly subject: string | null;
  /** Whether a detector has to raise its alarm, may, or must not. */
  readonly alarm: 'must' | 'may' | 'never';
  /** How long it is broken, where nothing is to be found; else the longest that finding it may take. */
  readonly patienceMs: number;
}

/** Half an hour of health tells little; an hour has a dozen codes in it. */
const CALM_MS = HOUR;
const PATIENCE_MS = HOUR;

const outage = (cause: Cause, subject: string | null = null): Expectation => ({
  cause,
  tolerated: [],
  subject,
  alarm: 'must',
  patienceMs: PATIENCE_MS,
});
/** The verdict needs no lost codes for it. */
const fault = (cause: Cause): Expectation => ({ ...outage(cause), alarm: 'may' });
const CALM: Expectation = {
  cause: null,
  tolerated: [],
  subject: null,
  alarm: 'never',
  patienceMs: CALM_MS,
};
/**
 * Every carrier loses, slows or holds back messages, our own controls among them: nothing tells the sender from the way to us, so
 * that the verdict should abstain.
 */
const everywhere = (alarm: Expectation['alarm'], patienceMs: number): Expectation => ({
  ...CALM,
  tolerated: ['code_sender', 'receiver'],
  alarm,
  patienceMs,
});

/** A loss that the detector is not there to find quickly: one alarm in an hour would be as right as none. */
const SMALL_LOSS = 0.1;

/** By scenario; docs/detection.md says why. A scenario of the simulator without an entry here cannot be drilled. */
const EXPECTED: Readonly<Record<string, (args: Scenario['args']) => Expectation>> = {
  healthy: () => CALM,
  'sms-sender-off': () => outage('code_sender'),
  'carrier-outage': ({ carrier }) => outage('carrier', `${String(carrier)} (US)`),
  slow: () => everywhere('must', PATIENCE_MS),
  lossy: ({ share }) => (Number(share) <= SMALL_LOSS ? CALM : everywhere('must', PATIENCE_MS)),
  'login-down': () => fault('login'),
  'receiver-down': () => fault('receiver'),
  // The other number of its route gets its codes, so that the detector need not alarm.
  'number-dead': ({ phone }) => ({ ...fault('number'), subject: String(phone), patienceMs: 2 * HOUR }),
  'rate-limit': () => CALM,
  duplicates: () => CALM,
  // What is held back for more than a minute is late, so that an alarm would not be wrong.
  reorder: () => everywhere('may', 30 * MINUTE),
  // A message comes, so that no detector alarms.
  'template-changed': () => fault('code_sender'),
  '2fa-not-asked': () => fault('login'),
  'twitter-2022': () => outage('code_sender'),
};

/** null: nobody has said what is right for it. */
export const expectationOf = ({ name, args }: Scenario): Expectation | null => EXPECTED[name]?.(args) ?? null;

/** What `--all` runs, in this order. */
export const DRILLS: readonly string[] = [
  'healthy',
  'sms-sender-off',
  'carrier-outage carrier-a',
  'slow',
  'lossy 0.05',
  'lossy 0.6',
  'login-down',
  'receiver-down',
  'number-dead us-a',
  'rate-limit',
  'duplicates',
  'reorder',
  'template-changed',
  '2fa-not-asked',
  'twitter-2022',
];
