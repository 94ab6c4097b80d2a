import { z } from 'zod';
import type { Path } from './path.ts';

/** The schema of the value at `path`, inside its defaults and transformations; null where the file left the schema. */
export function schemaAt(root: z.core.$ZodType, path: Path, data: unknown): z.core.$ZodType | null {
  let schema: z.core.$ZodType | null = bare(root, data);
  let value = data;
  for (const step of path) {
    if (schema === null) return null;
    value = childOf(value, step);
    const inner: z.core.$ZodType | null = inside(schema, step);
    schema = inner === null ? null : bare(inner, value);
  }
  return schema;
}

/** The keys that a map may have there; null where any may stand. */
export function knownKeys(root: z.core.$ZodType, path: Path, data: unknown): readonly string[] | null {
  const schema = schemaAt(root, path, data);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : null;
}

/** Whether what is written there must not be shown. */
export function isWriteOnly(root: z.core.$ZodType, path: Path, data: unknown): boolean {
  const schema = schemaAt(root, path, data);
  return schema !== null && z.globalRegistry.get(schema)?.['writeOnly'] === true;
}

export const childOf = (value: unknown, step: string | number): unknown => {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === String(step))?.[1];
};

function inside(schema: z.core.$ZodType, step: string | number): z.core.$ZodType | null {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, step) ? schema.shape[step] : null;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  if (schema instanceof z.ZodArray) return schema.element;
  return null;
}

/** Takes off what does not change how the value is written, and chooses among alternatives by the value. */
function bare(schema: z.core.$ZodType, data: unknown): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return bare(schema.unwrap(), data);
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return bare(schema.unwrap(), data);
  if (schema instanceof z.ZodReadonly || schema instanceof z.ZodNonOptional)
    return bare(schema.unwrap(), data);
  if (schema instanceof z.ZodPipe) return bare(schema.in, data);
  if (schema instanceof z.ZodLazy) return bare(schema.unwrap(), data);
  if (schema instanceof z.ZodUnion) return bare(chooseOption(schema, data), data);
  return schema;
}

function chooseOption(union: z.ZodUnion, data: unknown): z.core.$ZodType {
  const options = union.options.map((option) => bare(option, data));
  const fitting =
    union instanceof z.ZodDiscriminatedUnion
      ? options.find((option) => saysSame(option, union.def.discriminator, data))
      : options.find((option) => fitsShape(option, data));
  return fitting ?? options[0] ?? z.never();
}

function saysSame(option: z.core.$ZodType, discriminator: string, data: unknown): boolean {
  const tag = inside(option, discriminator);
  return tag instanceof z.ZodLiteral && tag.values.has(childOf(data, discriminator) as never);
}

function fitsShape(option: z.core.$ZodType, data: unknown): boolean {
  if (Array.isArray(data)) return option instanceof z.ZodArray;
  if (typeof data === 'object' && data !== null) {
    return option instanceof z.ZodObject || option instanceof z.ZodRecord;
  }
  return !(option instanceof z.ZodArray || option instanceof z.ZodObject || option instanceof z.ZodRecord);
}
