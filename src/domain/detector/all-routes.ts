import type { EpochMs } from '../units.ts';
import type { DetectorConfig } from './config.ts';
import { hasRoom } from './sends.ts';
import type { DetectorState } from './state.ts';

/** A route as the detector of all routes sees it. */
export interface RouteView {
  readonly route: string;
  readonly state: DetectorState;
  /** Of its latest step. */
  readonly score: number;
  readonly config: DetectorConfig;
}

/** Where the confirmation goes that `all` asks for: the most suspect route that may send; null: it waits. */
export function confirmRoute(routes: readonly RouteView[], at: EpochMs): string | null {
  const open = routes.filter(({ state, config }) => state.status !== 'MUTED' && hasRoom(state, at, config));
  return mostSuspect(open)?.route ?? null;
}

/** The highest score; of equals, the first. */
export function mostSuspect(routes: readonly RouteView[]): RouteView | null {
  let best: RouteView | null = null;
  for (const route of routes) if (!best || route.score > best.score) best = route;
  return best;
}

/** What an alarm of `all` is about: the only suspect route; null: several routes. */
export function namedRoute(routes: readonly RouteView[]): string | null {
  const suspects = routes.filter(({ score, config }) => score >= config.suspect);
  return suspects.length === 1 ? (suspects[0]?.route ?? null) : null;
}
