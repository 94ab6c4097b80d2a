import { readCode } from '../domain/code.ts';
import type { DeliveredFactor } from '../ports/second-factor.ts';

/** A code that the target sends to a phone of ours. */
export const smsFactor: DeliveredFactor = {
  kind: 'sms',
  delivered: true,
  reaches: 'number',
  read: readCode,
};
