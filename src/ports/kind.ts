import type { z } from 'zod';

/**
 * One entry in an array of kinds: how its settings look, and how it is built from them. Shared code walks the
 * array and never asks which kind it has. `Deps` is what every kind of the array is given.
 */
export interface Kind<Deps, Product> {
  readonly kind: string;
  /** The settings beside `kind` itself. */
  readonly schema: z.ZodObject;
  /** Takes settings that the schema has already parsed. */
  create(settings: unknown, deps: Deps): Product;
}

/** Ties the type of the settings to the schema; the cast is safe because only parsed settings come here. */
export function defineKind<Shape extends z.ZodObject, Deps, Product>(definition: {
  readonly kind: string;
  readonly schema: Shape;
  create(settings: z.output<Shape>, deps: Deps): Product;
}): Kind<Deps, Product> {
  return {
    kind: definition.kind,
    schema: definition.schema,
    create: (settings, deps) => definition.create(settings as z.output<Shape>, deps),
  };
}
