import { z } from 'zod';
import { configSchema, type Kinds } from './schema.ts';

/** Where the published schema is found; editors take it from `# yaml-language-server: $schema=…`. */
const TITLE = 'Configuration of twofa-prober';

/** The JSON Schema (draft 2020-12) of the file as it is written, over all kinds. */
export function configJsonSchema(kinds: Kinds): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(configSchema(kinds), { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: TITLE };
}
