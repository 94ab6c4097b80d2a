import { CONTROL_TARGET } from './inventory.ts';
import { estimate, shareOfDay, slotsOf, sum, type Plan, type PlannedProbe } from './plan.ts';
import { busiest, ticksPerDay, type Beat } from './rhythm.ts';
import { DAY, HOUR, MINUTE, SECOND, type Micros } from './units.ts';

/** Where a plan does not fit what it may use. */
export interface Strain {
  readonly level: 'fault' | 'notice';
  readonly about: 'probe' | 'target' | 'phone' | 'spend';
  readonly name: string;
  /** The arithmetic, and what to change. */
  readonly message: string;
}

/** A tick waits this long for a free account, or for its target's spacing. */
const PATIENCE_MS = 30 * SECOND;

/** Everything in the plan that cannot go well, even on a good day; and what will not on a bad one. */
export function strains(plan: Plan): Strain[] {
  return [
    ...plan.probes.flatMap(probeStrains),
    ...phoneStrains(plan),
    ...plan.targets.flatMap((target) => targetStrains(plan, target.name)),
    ...spendStrains(plan),
  ];
}

function probeStrains(probe: PlannedProbe): Strain[] {
  const found: Strain[] = [];
  const say = (level: Strain['level'], message: string) =>
    found.push({ level, about: 'probe', name: probe.name, message });
  const starts = busiest([beatOf(probe)], DAY);
  if (probe.finite && starts > 1) {
    say('fault', `starts ${starts} attempts a day, and each uses up a code; expected at most one a day`);
  }
  const slots = slotsOf(probe).length;
  const what = probe.delivered ? 'phone' : 'account';
  const good = busiest([beatOf(probe)], probe.deadlineMs);
  const bad = busiest([beatOf(probe)], probe.expiryMs);
  if (slots > 0 && good > slots) {
    say(
      'fault',
      `starts ${good} attempts within ${span(probe.deadlineMs)} (its deadline), but has ${counted(slots, what)}, each for one attempt at a time; add ${what}s or start less often`,
    );
  } else if (slots > 0 && probe.delivered && bad > slots) {
    say(
      'notice',
      `starts ${bad} attempts within ${span(probe.expiryMs)} (its expiry) with ${counted(slots, what)}: while codes get lost, ${bad - slots} of ${bad} ticks will be skipped`,
    );
  }
  return found;
}

/** A phone may serve several accounts, probes and controls. */
function phoneStrains(plan: Plan): Strain[] {
  const users = new Map<string, { probe: PlannedProbe; attemptsPerDay: number }[]>();
  for (const probe of plan.probes.filter((each) => each.delivered)) {
    const slots = slotsOf(probe);
    const attemptsPerDay = (ticksPerDay(probe.rhythm) * probe.attemptsPerTick) / slots.length;
    for (const phone of slots) users.set(phone, [...(users.get(phone) ?? []), { probe, attemptsPerDay }]);
  }
  const found: Strain[] = [];
  for (const [phone, uses] of users) {
    const shares = uses.map((use) => shareOfDay(use.attemptsPerDay, use.probe.deadlineMs));
    // What one probe overloads all by itself is told of that probe.
    if (uses.length < 2 || sum(shares) <= 1 || shares.some((share) => share > 1)) continue;
    const parts = uses.map(
      ({ probe, attemptsPerDay }) => `${probe.name} ${round(attemptsPerDay)} x ${span(probe.deadlineMs)}`,
    );
    found.push({
      level: 'fault',
      about: 'phone',
      name: phone,
      message: `would be in use for ${round(sum(shares) * 24)} of 24 hours a day (${parts.join(' + ')}); give each probe phones of its own or start less often`,
    });
  }
  return found;
}

function targetStrains(plan: Plan, name: string): Strain[] {
  const probes = plan.probes.filter((probe) => probe.target === name && probe.target !== CONTROL_TARGET);
  const limits = plan.targets.find((target) => target.name === name)?.limits;
  if (!limits || probes.length === 0) return [];
  const beats = probes.map(beatOf);
  const found: Strain[] = [];
  const say = (message: string) => found.push({ level: 'fault', about: 'target', name, message });
  const hour = busiest(beats, HOUR);
  const parts = (ms: number) =>
    probes.map((probe) => `${probe.name} ${busiest([beatOf(probe)], ms)}`).join(' + ');
  if (hour > limits.perHour) {
    say(`${hour} attempts in the busiest hour (${parts(HOUR)}), limits.perHour is ${limits.perHour}`);
  }
  const day = busiest(beats, DAY);
  if (day > limits.perDay) say(`${day} attempts a day (${parts(DAY)}), limits.perDay is ${limits.perDay}`);
  const { spacingMs } = limits;
  const together = spacingMs > 0 ? busiest(beats, spacingMs) : 0;
  if ((together - 1) * spacingMs > PATIENCE_MS) {
    say(
      `${together} attempts start within ${span(spacingMs)}; at limits.spacing the last would wait ${span((together - 1) * spacingMs)}, and a tick waits ${span(PATIENCE_MS)} at most`,
    );
  } else if (hour * spacingMs > HOUR) {
    say(
      `${hour} attempts in the busiest hour, but limits.spacing of ${span(spacingMs)} lets ${Math.floor(HOUR / spacingMs)} through`,
    );
  }
  return [...found, ...sendStrains(probes, name, limits.perPhone)];
}

/** Sends to one phone within its window; accounts take turns. */
function sendStrains(
  probes: readonly PlannedProbe[],
  target: string,
  perPhone: { sends: number; windowMs: number },
): Strain[] {
  const sends = new Map<string, number>();
  for (const probe of probes.filter((each) => each.delivered)) {
    const slots = slotsOf(probe);
    const each = Math.ceil(busiest([beatOf(probe)], perPhone.windowMs) / slots.length);
    for (const phone of slots) sends.set(phone, (sends.get(phone) ?? 0) + each);
  }
  return [...sends]
    .filter(([, count]) => count > perPhone.sends)
    .map(([phone, count]) => ({
      level: 'fault',
      about: 'target',
      name: target,
      message: `${count} codes to phone ${phone} within ${span(perPhone.windowMs)}, limits.perPhone.sends is ${perPhone.sends}; add phones or start less often`,
    }));
}

const NEAR_CAP = 0.8;

function spendStrains(plan: Plan): Strain[] {
  const { cap } = plan;
  const { costPerMonth, probes } = estimate(plan);
  if (!cap || costPerMonth < cap.perMonth * NEAR_CAP || costPerMonth === 0) return [];
  const parts = probes
    .filter((probe) => probe.costPerMonth > 0)
    .map((probe) => `${probe.name} ${money(probe.costPerMonth)}`);
  const arithmetic = `schedules cost ${money(costPerMonth)} ${cap.currency} in 31 days (${parts.join(' + ')})`;
  const limit = `spend.perMonth is ${money(cap.perMonth)}`;
  const over = costPerMonth > cap.perMonth;
  const message = over
    ? `${arithmetic}, ${limit}; start less often or raise it`
    : `${arithmetic}, ${limit}: ${Math.round((100 * costPerMonth) / cap.perMonth)} % of it, confirmations not counted`;
  return [{ level: over ? 'fault' : 'notice', about: 'spend', name: 'perMonth', message }];
}

const beatOf = (probe: PlannedProbe): Beat => ({ rhythm: probe.rhythm, weight: probe.attemptsPerTick });

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const round = (value: number): string => String(Math.round(value * 10) / 10);

/** Two decimals, as money is read. */
export const money = (micros: Micros): string => (micros / 1e6).toFixed(2);

/** `90s`, `5m`, `1h`. */
export function span(ms: number): string {
  if (ms >= HOUR && ms % HOUR === 0) return `${ms / HOUR}h`;
  if (ms >= MINUTE && ms % MINUTE === 0) return `${ms / MINUTE}m`;
  return `${round(ms / SECOND)}s`;
}
