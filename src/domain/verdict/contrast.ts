import { MINUTE } from '../units.ts';
import type { Cause } from './cause.ts';
import type { EstatePhone } from './estate.ts';
import type { Fresh, VerdictEvidence } from './fresh.ts';
import type { Observation } from './observation.ts';
import type { Blame } from './posterior.ts';

/** A probe that would tell the suspects apart. */
export type Contrast =
  /** A login of the target that needs no delivery. */
  | { readonly kind: 'own' }
  /** A code of the target, or our own SMS, to this phone. */
  | { readonly kind: 'sms' | 'control'; readonly phone: string };

export interface Contrasts {
  readonly contrasts: readonly Contrast[];
  readonly missing: readonly string[];
}

/** After so many of a kind the answer will not change; the pause lets one end before the next is asked for. */
const ROUNDS = 4;
const PAUSE_MS = MINUTE;
/** Less probable suspects are not worth a probe. */
const WORTH = 0.05;

/**
 * What would tell the probable suspects apart: probes of what we own, and advice on what we do not own.
 * The failing phone itself is left to the detector's confirmations.
 */
export function contrastsOf(evidence: VerdictEvidence, fresh: Fresh, blames: readonly Blame[]): Contrasts {
  const rivals = new Set<Cause>(
    blames.filter(({ posterior }) => posterior >= WORTH).map(({ cause }) => cause),
  );
  const scene = sceneOf(evidence, fresh);
  const telling = TELLING.filter(({ between }) =>
    between.every((group) => group.some((cause) => rivals.has(cause))),
  );
  const wanted = telling.flatMap(({ probe }) => probe(scene) ?? []);
  const isOutage = evidence.outage !== null || fresh.dead !== null;
  // Without an outage a login or a code tells whether a failure was but one; our own SMS would tell nothing of it.
  const contrasts = isOutage
    ? [...firstOwn(evidence, fresh), ...wanted]
    : [...wanted.filter(({ kind }) => kind !== 'control'), ...toDoubted(evidence, fresh)];
  const missing = telling.filter(({ lacks }) => lacks(scene)).map(({ advice }) => advice);
  return {
    contrasts: uniqueOf(contrasts).filter((contrast) => isWanted(contrast, evidence, fresh)),
    missing: [...new Set(missing)],
  };
}

/** A login without SMS costs nothing, and people want to know whether it works, however certain the cause is. */
const firstOwn = ({ estate }: VerdictEvidence, { observations }: Fresh): Contrast[] =>
  estate.hasOwnFactor && !observations.some(({ kind }) => kind === 'own') ? [{ kind: 'own' }] : [];

/** Whether anything reaches a phone that got none of its last codes. */
const toDoubted = ({ estate }: VerdictEvidence, { doubted }: Fresh): Contrast[] =>
  estate.phones
    .filter(({ name, takesControls }) => takesControls && doubted.includes(name))
    .map(({ name }) => ({ kind: 'control', phone: name }));

/** The phone that fails most, and the others as seen from it. */
interface Scene {
  readonly failing: EstatePhone | null;
  readonly sameCarrier: EstatePhone | null;
  readonly otherCarrier: EstatePhone | null;
  readonly controlled: EstatePhone | null;
  readonly hasOwnFactor: boolean;
  readonly hasCanary: boolean;
}

interface Telling {
  /** It helps when each group has a probable suspect. */
  readonly between: readonly [readonly Cause[], readonly Cause[]];
  readonly probe: (scene: Scene) => Contrast | null;
  readonly lacks: (scene: Scene) => boolean;
  readonly advice: string;
}

const toPhone = (kind: 'sms' | 'control', phone: EstatePhone | null): Contrast | null =>
  phone && { kind, phone: phone.name };

const TELLING: readonly Telling[] = [
  {
    between: [
      ['code_sender', 'carrier', 'number_blocked', 'healthy'],
      ['receiver', 'carrier', 'number'],
    ],
    probe: ({ controlled }) => toPhone('control', controlled),
    lacks: ({ controlled }) => controlled === null,
    advice: 'add a control to tell the sender from the way to us and our receiver',
  },
  {
    between: [
      ['code_sender', 'receiver'],
      ['carrier', 'number', 'number_blocked'],
    ],
    probe: ({ otherCarrier }) => toPhone('sms', otherCarrier),
    lacks: ({ otherCarrier }) => otherCarrier === null,
    advice: 'add a phone on another carrier to tell the sender from the carrier',
  },
  {
    between: [
      ['carrier', 'code_sender', 'receiver'],
      ['number', 'number_blocked'],
    ],
    probe: ({ sameCarrier }) => toPhone('sms', sameCarrier),
    lacks: ({ sameCarrier }) => sameCarrier === null,
    advice: 'add a second phone on the same carrier to tell the carrier from the number',
  },
  {
    between: [
      ['login', 'monitor'],
      ['code_sender', 'number_blocked', 'clock', 'monitor', 'healthy'],
    ],
    probe: ({ hasOwnFactor }) => (hasOwnFactor ? { kind: 'own' } : null),
    lacks: ({ hasOwnFactor }) => !hasOwnFactor,
    advice: 'add a totp probe to tell the login from the code sender',
  },
  {
    // A sender that says no or sends rubbish raises no alarm, and no detector asks for more.
    between: [['code_sender'], ['healthy']],
    probe: ({ otherCarrier, sameCarrier }) => toPhone('sms', otherCarrier ?? sameCarrier),
    lacks: () => false,
    advice: '',
  },
  {
    between: [['login'], ['monitor']],
    probe: () => null,
    lacks: ({ hasCanary }) => !hasCanary,
    advice: 'add a canary to tell the login from the monitor itself',
  },
];

function sceneOf({ estate }: VerdictEvidence, { observations }: Fresh): Scene {
  const failures = countByPhone(observations.filter(({ reading }) => reading !== 'ok'));
  const tries = countByPhone(observations);
  const coded = estate.phones.filter(({ takesCodes }) => takesCodes);
  const failing = coded.toSorted((a, b) => failures(b) - failures(a))[0] ?? null;
  const leastTried = coded.toSorted((a, b) => tries(a) - tries(b));
  const isSame = (phone: EstatePhone): boolean => phone.carrier === failing?.carrier;
  const controlled = estate.phones.filter(({ takesControls }) => takesControls);
  return {
    failing,
    sameCarrier: leastTried.find((phone) => isSame(phone) && phone !== failing) ?? null,
    otherCarrier: leastTried.find((phone) => !isSame(phone)) ?? null,
    controlled:
      controlled.find((phone) => phone === failing) ?? controlled.find(isSame) ?? controlled[0] ?? null,
    hasOwnFactor: estate.hasOwnFactor,
    hasCanary: estate.hasCanary,
  };
}

function countByPhone(observations: readonly Observation[]): (phone: EstatePhone) => number {
  const counts = new Map<string | null, number>();
  for (const { phone } of observations) counts.set(phone, (counts.get(phone) ?? 0) + 1);
  return ({ name }) => counts.get(name) ?? 0;
}

function isWanted(contrast: Contrast, { at, outage }: VerdictEvidence, { observations }: Fresh): boolean {
  const failed = observations.find(({ reading }) => reading !== 'ok');
  const since = outage ? -Infinity : (failed?.at ?? at);
  const done = observations.filter((seen) => seen.at >= since && isSuch(seen, contrast));
  const last = done.at(-1);
  return done.length < ROUNDS && (last === undefined || at - last.at >= PAUSE_MS);
}

const isSuch = (seen: Observation, contrast: Contrast): boolean =>
  seen.kind === contrast.kind && (contrast.kind === 'own' || seen.phone === contrast.phone);

const uniqueOf = (contrasts: readonly Contrast[]): Contrast[] => [
  ...new Map(contrasts.map((contrast) => [JSON.stringify(contrast), contrast])).values(),
];
