import { closest, distance } from 'fastest-levenshtein';
import { showName } from './path.ts';

/** `; did you mean "deadline"?`, or nothing when no known word is near. */
export function didYouMean(written: string, known: readonly string[]): string {
  const near = nearest(written, known);
  return near === null ? '' : `; did you mean "${showName(near)}"?`;
}

function nearest(written: string, known: readonly string[]): string | null {
  if (known.length === 0 || written.length > 100) return null;
  const lower = written.toLowerCase();
  const sameWord = known.find((word) => word.toLowerCase() === lower);
  if (sameWord !== undefined) return sameWord;
  const best = closest(written, known);
  const allowed = Math.ceil(Math.max(written.length, best.length) * 0.4);
  return distance(written, best) <= allowed ? best : null;
}

/** `a, b and c`, cut after twelve. */
export function listed(words: readonly string[]): string {
  if (words.length === 0) return 'none';
  const shown = words.slice(0, 12).map(showName);
  const rest = words.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
