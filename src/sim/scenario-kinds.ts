import { z } from 'zod';
import type { Conditions } from './conditions.ts';
import type { World } from './world.ts';

/** One thing that can go wrong. The array below is all there is to change for another. */
export interface ScenarioKind {
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  /** Arguments in the order in which they are written on a command line. */
  readonly schema: z.ZodObject;
  /** True where each argument stands for an instance of its own: two carriers can be out. */
  readonly several: boolean;
  /** What of the arguments this world does not have, and what it has; null if all is there. */
  missing(args: unknown, world: World): string | null;
  change(conditions: Conditions, args: unknown): Conditions;
}

const none = z.strictObject({});

/** Ties the type of the arguments to the schema; the casts are safe because only parsed arguments come here. */
function scenario<Shape extends z.ZodObject>(definition: {
  readonly name: string;
  readonly summary: string;
  readonly schema: Shape;
  readonly several?: boolean;
  missing?(args: z.output<Shape>, world: World): string | null;
  change(conditions: Conditions, args: z.output<Shape>): Partial<Conditions>;
}): ScenarioKind {
  return {
    name: definition.name,
    summary: definition.summary,
    schema: definition.schema,
    several: definition.several ?? false,
    missing: (args, world) => definition.missing?.(args as z.output<Shape>, world) ?? null,
    change: (conditions, args) => ({
      ...conditions,
      ...definition.change(conditions, args as z.output<Shape>),
    }),
  };
}

export const SCENARIOS: readonly ScenarioKind[] = [
  scenario({
    name: 'sms-sender-off',
    summary: 'the site answers that it sent a code, and sends nothing',
    schema: none,
    change: () => ({ siteSendsTo: 'nobody' }),
  }),
  scenario({
    name: 'carrier-outage',
    summary: 'one carrier loses every message',
    schema: z.strictObject({ carrier: z.string().min(1) }),
    several: true,
    missing: ({ carrier }, world) => absent('carrier', carrier, Object.keys(world.carriers)),
    change: (now, { carrier }) => ({ deadCarriers: [...now.deadCarriers, carrier] }),
  }),
  scenario({
    name: 'slow',
    summary: 'every carrier takes several times as long',
    schema: z.strictObject({ factor: z.coerce.number().min(1).max(1000).default(8) }),
    change: (_now, { factor }) => ({ slowFactor: factor }),
  }),
  scenario({
    name: 'lossy',
    summary: 'every carrier loses this share of the messages',
    schema: z.strictObject({ share: z.coerce.number().min(0).max(1) }),
    change: (_now, { share }) => ({ lossShare: share }),
  }),
  scenario({
    name: 'login-down',
    summary: 'the site answers 503 to everything',
    schema: none,
    change: () => ({ siteDown: true }),
  }),
  scenario({
    name: 'receiver-down',
    summary: 'arriving messages are not pushed, and cannot be listed',
    schema: none,
    change: () => ({ receiverDown: true }),
  }),
  scenario({
    name: 'number-dead',
    summary: 'one phone gets nothing any more',
    schema: z.strictObject({ phone: z.string().min(1) }),
    several: true,
    missing: ({ phone }, world) =>
      world.phones.some(({ number }) => number === phone)
        ? null
        : absent(
            'phone',
            phone,
            world.phones.map(({ name }) => name),
          ),
    change: (now, { phone }) => ({ deadPhones: [...now.deadPhones, phone] }),
  }),
  scenario({
    name: 'rate-limit',
    summary: 'the site (or the API of the carrier) answers 429',
    schema: z.strictObject({ where: z.enum(['site', 'carrier']).default('site') }),
    several: true,
    change: (_now, { where }) => (where === 'site' ? { siteRateLimited: true } : { apiRateLimited: true }),
  }),
  scenario({
    name: 'duplicates',
    summary: 'every message arrives twice',
    schema: none,
    change: () => ({ duplicateShare: 1 }),
  }),
  scenario({
    name: 'reorder',
    summary: 'a third of the messages are held back, so that later ones overtake them',
    schema: none,
    change: () => ({ holdShare: 1 / 3 }),
  }),
  scenario({
    name: 'template-changed',
    summary: 'the text has the code in a form that no reader knows',
    schema: none,
    change: () => ({ siteTextChanged: true }),
  }),
  scenario({
    name: '2fa-not-asked',
    summary: 'a password alone signs in',
    schema: none,
    change: () => ({ siteAsksSecondFactor: false }),
  }),
  scenario({
    name: 'twitter-2022',
    summary: 'no SMS codes for all accounts but one; authenticator app and backup codes work',
    schema: none,
    change: (now) => ({ siteSendsTo: now.siteSendsTo === 'nobody' ? 'nobody' : 'first_account' }),
  }),
];

const absent = (what: string, found: string, known: readonly string[]): string | null =>
  known.includes(found) ? null : `there is no ${what} "${found}"; known: ${known.join(', ')}`;
