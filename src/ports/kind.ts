import type { z } from 'zod';

/**
 * One entry in an array of kinds: how its settings look, and how it is built from them. Shared code walks the
 * array and never asks which kind it has. `Deps` is what every kind of the array is given.
 */
export interface Kind<Deps, Product, Facts = never> {
  readonly kind: string;
  /** The settings beside `kind` itself. */
  readonly schema: z.ZodObject;
  /** Takes settings that the schema has already parsed. */
  create(settings: unknown, deps: Deps): Product;
  /** What the schema cannot see: the settings beside the rest of the configuration. */
  readonly check?: (settings: unknown, facts: Facts) => readonly Remark[];
}

/** A text is a fault, and says what is needed and what to change; a notice stops nobody. Holds no secret. */
export type Remark = string | { readonly notice: string };

/** Ties the type of the settings to the schema; the cast is safe because only parsed settings come here. */
export function defineKind<Shape extends z.ZodObject, Deps, Product, Facts = never>(definition: {
  readonly kind: string;
  readonly schema: Shape;
  create(settings: z.output<Shape>, deps: Deps): Product;
  check?(settings: z.output<Shape>, facts: Facts): readonly Remark[];
}): Kind<Deps, Product, Facts> {
  return {
    kind: definition.kind,
    schema: definition.schema,
    create: (settings, deps) => definition.create(settings as z.output<Shape>, deps),
    check: (settings, facts) => definition.check?.(settings as z.output<Shape>, facts) ?? [],
  };
}
