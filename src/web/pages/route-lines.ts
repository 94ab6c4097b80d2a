import { ALL_ROUTES } from '../../domain/detector/target-config.ts';
import type { AttemptMark } from '../../domain/mark.ts';
import type { DetectorView } from '../../ports/operations.ts';
import { html, type Html } from '../html.ts';
import { detectorState, detectorTone, hours, meter } from './detector-state.ts';
import { outcomeStrip, tally } from './outcome-strip.ts';
import { marksOf, type Scene, type TargetLook } from './target-look.ts';
import { factorWords } from './words.ts';

/** One way for codes, or a factor that needs none. */
interface Line {
  readonly name: string;
  readonly detector: DetectorView | null;
  readonly marks: readonly AttemptMark[];
}

/** What happened on each route, as a strip, and what its detector says of it. */
export function routeLines(look: TargetLook, { snapshot, marks, over }: Scene): Html | null {
  const lines = linesOf(
    look,
    marksOf(marks, look.probes).filter(({ finishedAt }) => finishedAt >= over.from),
  );
  if (lines.length === 0) return null;
  return html`<ul class="routes" aria-label="Routes">
    ${lines.map(({ name, detector, marks: own }) => {
      const shown = name === ALL_ROUTES ? 'all routes' : name;
      return html`<li class="${detector && detectorTone(detector)}">
        <span class="route">${shown}</span>
        <span class="state"
          >${detector && (saysNothing(detector, own) ? 'no code lately' : detectorState(detector, look.watch, snapshot.at))}</span
        >
        ${detector && meter(detector)}
        ${own.length > 0 && html`${outcomeStrip(own, over, shown)} <span class="tally numbers">${tally(own)}</span>`}
        ${detector && detector.badHours.length > 0 && html`<span class="hours">Usually bad, so no alarm then: ${hours(detector.badHours)} UTC</span>`}
      </li>`;
    })}
  </ul>`;
}

/** Nothing is wrong on a way on which nothing was sent: that does not make it fine. */
const saysNothing = ({ route, status }: DetectorView, own: readonly AttemptMark[]): boolean =>
  status === 'OK' && route !== ALL_ROUTES && own.length === 0;

/** Detectors in their order, then what none of them watches. */
function linesOf({ watch, probes }: TargetLook, marks: readonly AttemptMark[]): Line[] {
  const byRoute = Map.groupBy(marks, ({ route }) => route);
  const detectors = watch?.detectors ?? [];
  const watched = new Set(detectors.map(({ route }) => route));
  const unwatched = [...byRoute.keys()]
    .filter((route) => route !== null)
    .filter((route) => !watched.has(route));
  const factors = Map.groupBy(byRoute.get(null) ?? [], ({ factor }) => factor);
  const direct = new Set(probes.filter(({ delivered }) => !delivered).map(({ factor }) => factor));
  return [
    ...detectors.map((detector) => ({
      name: detector.route,
      detector,
      marks: byRoute.get(detector.route) ?? [],
    })),
    ...unwatched.map((route) => ({ name: route, detector: null, marks: byRoute.get(route) ?? [] })),
    ...[...direct].map((factor) => ({
      name: `${factorWords(factor)} logins`,
      detector: null,
      marks: factors.get(factor) ?? [],
    })),
  ].filter((line) => line.detector !== null || line.marks.length > 0);
}
