import type { AttemptMark } from '../../domain/mark.ts';
import { html, type Html } from '../html.ts';
import { FAULT_SIGNS } from './words.ts';
import type { SpanOfTime } from './span-of-time.ts';

/** Worst first: the worst of a cell is what it shows. Blind spots are only shown where nothing else is. */
const TONES = ['bad', 'warn', 'good', 'unsure'] as const;
type StripTone = (typeof TONES)[number];

const CELLS = 96;
const WIDTH = 10;
const HEIGHT = 24;
const GAP = 2;
/** The worse, the taller: told apart without colours too. */
const TOPS = { bad: 0, warn: 4, good: 9, unsure: 16 } satisfies Record<StripTone, number>;

const toneOf = ({ outcome, fault }: AttemptMark): StripTone =>
  outcome === 'late' ? 'warn' : FAULT_SIGNS[fault].tone;

/** Outcomes over time, a cell for each stretch of it. One path a tone keeps pages small. */
export function outcomeStrip(marks: readonly AttemptMark[], span: SpanOfTime, name: string): Html {
  const cells = cellsOf(marks, span);
  const label = `${name}, ${span.words}: ${tally(marks)}`;
  const paths = TONES.map((tone) => {
    const path = cells.map((cell, index) => (cell === tone ? bar(index, TOPS[tone]) : '')).join('');
    return path !== '' && html`<path class="${tone}" d="${path}" />`;
  });
  return html`<svg
    class="strip"
    viewBox="0 0 ${CELLS * WIDTH} ${HEIGHT}"
    preserveAspectRatio="none"
    role="img"
    aria-label="${label}"
  >
    <title>${label}</title>
    <rect class="ground" y="${HEIGHT - 2}" width="${CELLS * WIDTH}" height="2" />
    ${paths}
  </svg>`;
}

const bar = (index: number, top: number): string =>
  `M${index * WIDTH} ${top}h${WIDTH - GAP}V${HEIGHT}h-${WIDTH - GAP}z`;

/** A cell without an attempt shows what the last one found, as long as the next one is not overdue. */
function cellsOf(marks: readonly AttemptMark[], { from, to }: SpanOfTime): (StripTone | null)[] {
  const cells = Array.from<StripTone | null>({ length: CELLS }).fill(null);
  const placeOf = ({ finishedAt }: AttemptMark) =>
    Math.min(CELLS - 1, Math.floor(((finishedAt - from) / (to - from)) * CELLS));
  for (const mark of marks) {
    const place = placeOf(mark);
    if (place < 0) continue;
    const [tone, known] = [toneOf(mark), cells[place] ?? null];
    if (known === null || TONES.indexOf(tone) < TONES.indexOf(known)) cells[place] = tone;
  }
  const patience = PATIENCE * usualGap(marks.map(placeOf));
  let [last, since] = [null as StripTone | null, 0];
  return cells.map((cell, place) => {
    if (cell !== null) [last, since] = [cell, place];
    return place - since <= patience ? last : null;
  });
}

/** Schedules jitter, and routes take turns. */
const PATIENCE = 2;

/** Cells between two attempts: the median. */
function usualGap(places: readonly number[]): number {
  const sorted = places.toSorted((a, b) => a - b);
  const gaps = sorted.slice(1).map((place, index) => place - (sorted[index] ?? place));
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
}

/** `40 of 42 fine, 2 lost`; what could not be measured is not among those that count. */
export function tally(marks: readonly AttemptMark[]): string {
  const counts = { good: 0, late: 0, lost: 0, failed: 0, unsure: 0 };
  for (const mark of marks) counts[kindOf(mark)] += 1;
  const measured = marks.length - counts.unsure;
  const rest = [
    counts.late > 0 && `${counts.late} late`,
    counts.lost > 0 && `${counts.lost} lost`,
    counts.failed > 0 && `${counts.failed} failed`,
    counts.unsure > 0 && `${counts.unsure} not measured`,
  ].filter((part) => part !== false);
  return [measured === 0 ? 'none measured' : `${counts.good} of ${measured} fine`, ...rest].join(', ');
}

function kindOf(mark: AttemptMark): 'good' | 'late' | 'lost' | 'failed' | 'unsure' {
  if (mark.outcome === 'late' || mark.outcome === 'lost') return mark.outcome;
  const tone = toneOf(mark);
  return tone === 'bad' ? 'failed' : tone === 'unsure' ? 'unsure' : 'good';
}
