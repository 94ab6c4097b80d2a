import type { EpochMs } from '../units.ts';
import { LOSES_CODES, type Cause } from './cause.ts';
import { contrastsOf, type Contrast } from './contrast.ts';
import { freshEvidence, type Fresh, type VerdictEvidence } from './fresh.ts';
import type { Observation } from './observation.ts';
import { blamesOf, type Blame } from './posterior.ts';
import { suspectsOf } from './suspects.ts';
import { wordsOf } from './words.ts';

/** Which component is broken, with the evidence. */
export interface Verdict {
  readonly at: EpochMs;
  readonly cause: Cause;
  /** Which carrier, phone or inbox it is, where that is certain too. */
  readonly subject: string | null;
  /** How probable the cause is; for `inconclusive`, the most probable one. */
  readonly posterior: number;
  /** What is at least 1 % probable, most probable first. */
  readonly blames: readonly Blame[];
  /** Probes that would help to decide. */
  readonly contrasts: readonly Contrast[];
  /** What the estate lacks to decide, as advice. */
  readonly missing: readonly string[];
  /** The evidence, and what follows, in one line. Times are UTC. */
  readonly words: string;
  /** Since when codes fail; null: no detector alarms. */
  readonly failingSince: EpochMs | null;
}

/** Below this it abstains: a wrong name costs more than none. */
const CERTAIN = 0.9;

/** How probable it is beforehand that nothing is wrong: a detector in ALARM is seldom wrong itself. */
const HEALTHY_PRIOR = { alarm: 0.02, calm: 0.97 };
/** An alarm is about lost codes, so a fault that loses none is so much less probable then. */
const BESIDE_THE_ALARM = 0.1;

/** Names the broken component, or says that the evidence does not tell. Pure. */
export function decideVerdict(evidence: VerdictEvidence): Verdict {
  const fresh = freshEvidence(evidence);
  const blames = blame(evidence, fresh);
  const leading = leadingCause(blames);
  const cause: Cause = isNameable(leading, evidence, fresh) ? leading.cause : 'inconclusive';
  const undecided = cause === 'inconclusive';
  const { contrasts, missing } = contrastsOf(evidence, fresh, undecided ? blames : []);
  const subject = undecided ? null : leading.subject;
  const decision = { at: evidence.at, cause, subject, posterior: leading.posterior, missing };
  return {
    ...decision,
    blames: blames.filter(({ posterior }) => posterior >= 0.01),
    contrasts,
    words: wordsOf(decision, { evidence, fresh, blames }),
    failingSince: evidence.outage?.since ?? null,
  };
}

/** Without an alarm single lost codes blame nobody: the detector has not called them too many. A dead phone's do. */
function blame(evidence: VerdictEvidence, { observations, dead }: Fresh): Blame[] {
  if (evidence.outage) return weigh(evidence, observations);
  const counts = (seen: Observation): boolean =>
    !isLostCode(seen) || dead?.phones.has(seen.phone ?? '') === true;
  return weigh(evidence, observations.filter(counts));
}

const isLostCode = ({ kind, reading }: Observation): boolean => kind === 'sms' && reading === 'silent';

function weigh({ outage, estate }: VerdictEvidence, observations: readonly Observation[]): Blame[] {
  const suspects = suspectsOf(estate);
  if (!outage) {
    return blamesOf(observations, suspects, { healthy: HEALTHY_PRIOR.calm, isOnsetKnown: false });
  }
  const alarming = suspects.map((suspect) =>
    LOSES_CODES[suspect.cause] ? suspect : { ...suspect, prior: suspect.prior * BESIDE_THE_ALARM },
  );
  return blamesOf(observations, alarming, { healthy: HEALTHY_PRIOR.alarm, isOnsetKnown: true });
}

/** The cause that all its subjects together make most probable, and its subject where one stands out. */
function leadingCause(blames: readonly Blame[]): Blame {
  const causes = new Map<string, Blame>();
  for (const one of blames) {
    const known = causes.get(one.cause);
    // Blames come most probable first, so the first of a cause is its leading subject.
    causes.set(
      one.cause,
      known ? { ...known, posterior: known.posterior + one.posterior, total: known.total + one.total } : one,
    );
  }
  const [first] = [...causes.values()].sort((a, b) => b.posterior - a.posterior);
  if (!first) return { cause: 'healthy', subject: null, posterior: 0, total: 0 };
  const top = blames.find(({ cause }) => cause === first.cause);
  const stands = (top?.posterior ?? 0) >= CERTAIN * first.posterior;
  return { ...first, subject: stands ? first.subject : null };
}

function isNameable(leading: Blame, evidence: VerdictEvidence, fresh: Fresh): boolean {
  if (leading.posterior < CERTAIN) return false;
  if (leading.cause === 'healthy') return provesHealth(evidence, fresh);
  if (leading.cause === 'receiver') return provesReceiver(leading, fresh);
  return true;
}

/**
 * One lost control must not turn the sender's outage into our own; and a receiver that loses only some messages looks
 * like a sender or a carrier too often (docs/detection.md). An inbox that stays unreadable is no guess.
 */
function provesReceiver(leading: Blame, { observations }: Fresh): boolean {
  const ours = observations.filter(
    ({ kind, reading }) => reading === 'unreceived' || (kind === 'control' && reading === 'silent'),
  );
  if (ours.filter(({ kind }) => kind === 'inbox').length >= 2) return true;
  return ours.length >= 2 && leading.total >= CERTAIN * leading.posterior;
}

/** Nothing lost that would shake it, and at least one recent code that came. */
function provesHealth(evidence: VerdictEvidence, fresh: Fresh): boolean {
  const takesCodes = evidence.estate.phones.some((phone) => phone.takesCodes);
  const kind = takesCodes ? 'sms' : 'own';
  if (!fresh.observations.some((seen) => seen.kind === kind && seen.reading === 'ok')) return false;
  const whole = leadingCause(weigh(evidence, fresh.observations));
  return whole.cause === 'healthy' && whole.posterior >= CERTAIN;
}
