import { KINDS } from '../app/kinds.ts';
import { configJsonSchema } from '../config/json-schema.ts';
import type { CommandContext } from './context.ts';
import { EXIT } from './exit-status.ts';

/** `schema`: the JSON Schema of the configuration, for editors. */
export async function schema({ terminal }: CommandContext): Promise<number> {
  terminal.out(`${JSON.stringify(configJsonSchema(KINDS), null, 2)}\n`);
  return EXIT.ok;
}
