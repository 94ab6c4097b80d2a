import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

/**
 * What an operation is given. The engine runs each operation alone, inside a transaction: operations read first
 * and write then, and rely on nothing changing in between. They have no clock: times are arguments.
 */
export type Database = Kysely<Schema>;
