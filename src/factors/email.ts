import { readCode } from '../domain/code.ts';
import type { DeliveredFactor } from '../ports/second-factor.ts';

/** A code that the target sends to a mailbox of ours. */
export const emailFactor: DeliveredFactor = {
  kind: 'email',
  delivered: true,
  reaches: 'address',
  read: readCode,
};
