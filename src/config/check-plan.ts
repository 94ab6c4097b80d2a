import { strains, type Strain } from '../domain/plan-strain.ts';
import type { Plan } from '../domain/plan.ts';
import type { Finding, Review } from './review.ts';
import type { Path } from './path.ts';

/** Schedules fit their accounts, phones, limits and cap; runs last, on a configuration without other faults. */
export function checkPlan(review: Review, plan: Plan): Finding[] {
  const found: Finding[] = strains(plan).map(({ level, message, ...subject }) => ({
    level,
    path: placeOf(review, subject),
    message,
  }));
  return [...found, ...checkPrices(review, plan)];
}

function placeOf(review: Review, { about, name }: Pick<Strain, 'about' | 'name'>): Path {
  const probes = review.declares(['controls', name]) ? 'controls' : 'probes';
  const places = {
    probe: [probes, name, 'schedule'],
    target: ['targets', name, 'limits'],
    phone: ['phones', name],
    spend: ['spend', name],
  } satisfies Record<Strain['about'], Path>;
  return places[about];
}

/** A cap can only hold what has a price. */
function checkPrices({ parsed }: Review, plan: Plan): Finding[] {
  if (!parsed.spend) return [];
  const used = new Set(
    plan.probes
      .filter((probe) => probe.delivered && Object.hasOwn(parsed.probes, probe.name))
      .flatMap((probe) => probe.accounts.map((account) => account.phone)),
  );
  return Object.entries(parsed.phones)
    .filter(([name, phone]) => used.has(name) && phone.perSms === undefined)
    .map(([name]) => ({
      level: 'notice' as const,
      path: ['phones', name],
      message: 'has no perSms: its codes count as free, and spend.perMonth does not hold them',
    }));
}
