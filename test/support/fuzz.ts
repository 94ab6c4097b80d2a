import { randomInt } from 'node:crypto';
import * as fc from 'fast-check';

/** So many cases of each property, in CI too. */
export const CASES = 10_000;

/** A seed that is printed, so that a run can be done again: FUZZ_SEED=… npm test -- test/fuzz */
function seedOf(name: string): number {
  const seed = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));
  process.stdout.write(`fuzz: ${name}: ${CASES} cases, FUZZ_SEED=${seed}\n`);
  return seed;
}

/** Fails with the smallest case that it finds. */
export const expectAlways = <Case extends unknown[]>(
  name: string,
  property: fc.IRawProperty<Case>,
): unknown => fc.assert(property, { numRuns: CASES, seed: seedOf(name) });

/** Texts that have broken something somewhere: markup, control and bidi characters, formats, long runs. */
const NASTY = fc.constantFrom(
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' or 1=1 --",
  '${jndi:ldap://x}',
  '{{7*7}}',
  '%s%n%x',
  '../../etc/passwd',
  '\u001b[31m\u001b]0;x\u0007',
  '\u009b2J',
  '\u202e\u2066\u200f\u061c',
  '\u0000',
  '\ud800',
  '\ufeff',
  'ﷺ',
  'Z\u0341\u0342\u0343\u0344\u0345\u0346\u0347\u0348\u0349',
  '👩‍👩‍👧‍👦',
  '\r\nX-Evil: 1\r\n\r\n',
  '__proto__',
  'constructor',
  '１２３４５６',
  '١٢٣٤٥٦',
  '12-34-56',
  '+1 (202) 555-0111',
  'a'.repeat(5000),
  '1'.repeat(5000),
  ' '.repeat(5000),
  '-1 '.repeat(2000),
  'code '.repeat(1000),
);

export const nastyText = fc
  .array(
    fc.oneof({ weight: 2, arbitrary: NASTY }, fc.string({ unit: 'binary', maxLength: 30 }), fc.string()),
    {
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''));
