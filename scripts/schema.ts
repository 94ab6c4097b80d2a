import { writeFile } from 'node:fs/promises';
import { FACTORS } from '../src/factors/index.ts';
import { FLOWS } from '../src/flows/index.ts';
import { INBOXES } from '../src/inboxes/index.ts';
import { SENDERS } from '../src/senders/index.ts';
import { configJsonSchema } from '../src/config/json-schema.ts';

/** Writes schema.json, the JSON Schema of the configuration over all kinds. Run it after a change to any of them. */
const schema = configJsonSchema({ inboxes: INBOXES, senders: SENDERS, flows: FLOWS, factors: FACTORS });
await writeFile(new URL('../schema.json', import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
