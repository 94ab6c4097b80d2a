import type { Diagnostic } from './diagnostics.ts';
import type { WebGuard } from '../ports/web-guard.ts';
import type { Path } from './path.ts';
import type { FactorKind, Kinds, Parsed, ParsedProbe, ParsedTarget } from './schema.ts';

/** A configuration whose parts are well formed, seen by the checks of how they fit together. */
export interface Review {
  /** Parts that are not well formed are left out: their own faults are told already. */
  readonly parsed: Parsed;
  readonly kinds: Kinds;
  /** What guards the web listener besides tokens. */
  readonly webGuard: WebGuard | null;
  /** Whether the file has something there, well formed or not. */
  readonly declares: (path: Path) => boolean;
  /** What the file has there, as plain data. */
  readonly value: (path: Path) => unknown;
  /** The keys of the map, or the indices of the list, that the file has there. */
  readonly names: (path: Path) => string[];
  /** The value there as it may be quoted. */
  readonly quote: (path: Path) => string;
}

export interface Finding {
  readonly level: Diagnostic['level'];
  readonly path: Path;
  readonly message: string;
}

export type Check = (review: Review) => readonly Finding[];

export const fault = (path: Path, message: string): Finding => ({ level: 'fault', path, message });
export const notice = (path: Path, message: string): Finding => ({ level: 'notice', path, message });

/** Entries of a section by name. */
export const entriesOf = <Entry>(section: Readonly<Record<string, Entry>>): [string, Entry][] =>
  Object.entries(section);

export const factorOf = (review: Review, probe: ParsedProbe): FactorKind | undefined =>
  review.kinds.factors.find((factor) => factor.kind === probe.factor);

export const targetOf = (review: Review, probe: ParsedProbe): ParsedTarget | undefined =>
  Object.hasOwn(review.parsed.targets, probe.target) ? review.parsed.targets[probe.target] : undefined;
