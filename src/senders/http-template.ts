import { z } from 'zod';
import type { PhoneNumber } from '../domain/units.ts';

/** What a message puts into a request, by the names of the holes: `{{to}}`, `{{digits}}`, `{{text}}`. */
export interface Holes {
  readonly to: PhoneNumber;
  /** The number without its plus, as many gateways want it. */
  readonly digits: string;
  readonly text: string;
}

const HOLE = /\{\{\s*(to|digits|text)\s*\}\}/g;

/** Fills the holes of a text. */
export const fill = (template: string, holes: Holes, encode = (value: string): string => value): string =>
  template.replace(HOLE, (_, name: string) => {
    const value = name === 'text' ? holes.text : name === 'to' ? holes.to : holes.digits;
    return encode(value);
  });

/** Fills every text within a JSON value. */
export function fillJson(value: unknown, holes: Holes): unknown {
  if (typeof value === 'string') return fill(value, holes);
  if (Array.isArray(value)) return value.map((item) => fillJson(item, holes));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillJson(item, holes)]));
}

/** The names of the holes within a value, and the texts with braces that name none. */
export function holesIn(value: unknown): { names: ReadonlySet<string>; unreadable: readonly string[] } {
  const texts = textsIn(value);
  const names = new Set(texts.flatMap((text) => [...text.matchAll(HOLE)].map((match) => match[1] ?? '')));
  return { names, unreadable: texts.filter((text) => text.replace(HOLE, '').includes('{{')) };
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** A map of texts; numbers and booleans are written without quotes by habit. */
export const texts = () =>
  z.record(
    z.string().min(1),
    z.union([z.string(), z.number(), z.boolean()]).transform((value) => String(value)),
  );
