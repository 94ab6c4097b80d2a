import { z } from 'zod';
import type { KindConfig } from './config.ts';

/** What the configuration needs to know of a kind. */
export interface KindSchema {
  readonly kind: string;
  readonly schema: z.ZodObject;
}

/** One of several kinds, told apart by `kind`; what stands beside it are that kind's settings. */
export const kindUnion = (kinds: readonly KindSchema[], common: z.ZodRawShape = {}) =>
  z
    .discriminatedUnion('kind', taggedSchemas(kinds, common))
    .transform(({ kind, ...settings }): KindConfig => ({ kind, settings }));

type Tagged = z.ZodObject<{ kind: z.ZodLiteral<string> }, z.core.$strict>;

/** The cast tells zod that there is at least one kind; with none, every `kind` is refused. */
const taggedSchemas = (kinds: readonly KindSchema[], common: z.ZodRawShape) =>
  kinds.map(({ kind, schema }) =>
    schema.safeExtend({ kind: z.literal(kind), ...common }).strict(),
  ) as unknown as [Tagged, ...Tagged[]];
