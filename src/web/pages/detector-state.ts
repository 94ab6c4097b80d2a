import { ALL_ROUTES } from '../../domain/detector/target-config.ts';
import type { Hypothesis } from '../../domain/detector/hypothesis.ts';
import type { Status } from '../../domain/detector/state.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { DetectorView, WatchView } from '../../ports/operations.ts';
import { html, type Content, type Html } from '../html.ts';
import type { Tone } from './sentence.ts';
import { timeOfDay } from './verdict-words.ts';

const STATES = {
  OK: { sign: '✓', tone: 'good', word: 'fine' },
  SUSPECT: { sign: '◷', tone: 'warn', word: 'suspicious' },
  ALARM: { sign: '✕', tone: 'bad', word: 'ALARM' },
  MUTED: { sign: '⊘', tone: 'unsure', word: 'muted: maintenance' },
} satisfies Record<Status, { sign: string; tone: Tone; word: string }>;

const ALARMS = {
  loss: 'codes lost',
  partial: 'part of the codes lost',
  slow: 'codes slow',
} satisfies Record<Hypothesis, string>;

export const detectorTone = ({ status }: DetectorView): Tone => STATES[status].tone;

/** What a detector says, with its sign. */
export function detectorState(detector: DetectorView, watch: WatchView | null, at: EpochMs): Html {
  const { sign } = STATES[detector.status];
  return html`<span class="sign" aria-hidden="true">${sign}</span> ${wordsOf(detector, watch, at)}`;
}

function wordsOf(
  { route, status, hypothesis, badSince }: DetectorView,
  watch: WatchView | null,
  at: EpochMs,
): Content {
  const { word } = STATES[status];
  const since = badSince !== null && html` since ${timeOfDay(badSince, at)}`;
  if (status === 'ALARM') {
    const named = watch?.named ?? null;
    const where = route === ALL_ROUTES && named !== null && html`, on ${named}`;
    return html`${word}: ${ALARMS[hypothesis ?? 'loss']}${since}${where}`;
  }
  return status === 'SUSPECT' ? html`${word}${since}, asking more` : word;
}

const WIDTH = 1000;
/** Where the threshold stands, so that an alarm still shows how far it is over it. */
const THRESHOLD_AT = 750;

/** The evidence for an outage against what an alarm needs; nothing while there is none. */
export function meter({ status, score, threshold }: DetectorView): Html | null {
  const { tone } = STATES[status];
  if (!Number.isFinite(threshold) || threshold <= 0) return null;
  if (score <= 0 && status === 'OK') return null;
  const shown = Math.max(0, score);
  const label = `evidence ${shown.toFixed(1)}, alarm at ${threshold.toFixed(1)}`;
  const width = Math.min(WIDTH, (shown / threshold) * THRESHOLD_AT);
  return html`<span class="score">
    <svg class="score ${tone}" viewBox="0 0 ${WIDTH} 16" preserveAspectRatio="none" aria-hidden="true">
      <rect class="ground" width="${WIDTH}" height="16" />
      <rect class="value" width="${width.toFixed(1)}" y="3" height="10" />
      <rect class="mark" x="${THRESHOLD_AT}" width="8" height="16" />
    </svg>
    <span class="numbers faint">${label}</span>
  </span>`;
}

/** `02–04, 23`: runs of hours as one. */
export function hours(list: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const hour of list.toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && hour === last[1] + 1) last[1] = hour;
    else runs.push([hour, hour]);
  }
  const two = (hour: number) => String(hour).padStart(2, '0');
  return runs.map(([from, to]) => `${two(from)}:00–${two(to)}:59`).join(', ');
}
