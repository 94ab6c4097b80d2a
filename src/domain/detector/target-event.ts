import type { EpochMs } from '../units.ts';
import type { DetectorEvent } from './event.ts';
import type { DetectorState } from './state.ts';
import { ALL_ROUTES } from './target-config.ts';

/** What the detectors of a target are told. `route: null` touches the whole target. */
export type TargetEvent =
  | {
      readonly type: 'launch';
      readonly at: EpochMs;
      readonly route: string;
      readonly id: string;
      /** The detector that asked for it, a route or `all`; null: the schedule or a person. */
      readonly askedBy: string | null;
    }
  | {
      readonly type: 'delivered';
      readonly at: EpochMs;
      readonly route: string;
      readonly id: string;
      readonly latencyMs: number;
    }
  | { readonly type: 'abort'; readonly at: EpochMs; readonly route: string; readonly id: string }
  | { readonly type: 'tick'; readonly at: EpochMs }
  | {
      readonly type: 'maintenance';
      readonly at: EpochMs;
      readonly route: string | null;
      readonly on: boolean;
    }
  | { readonly type: 'restore' | 'rebaseline'; readonly at: EpochMs; readonly route: string | null };

/** An event as one of the detectors hears it. */
export interface InstanceEvent {
  readonly to: string;
  readonly event: DetectorEvent;
}

/** Who hears what: the route first, then `all`. `due` says whose tick has come. */
export function instanceEvents(
  states: Readonly<Record<string, DetectorState>>,
  event: TargetEvent,
  due: (name: string) => boolean,
): InstanceEvent[] {
  const { at } = event;
  const everyone = Object.keys(states);
  switch (event.type) {
    case 'tick':
      return everyone.filter(due).map((to) => ({ to, event }));
    case 'launch': {
      const { id, route, askedBy } = event;
      const heard = [route, ALL_ROUTES].map((to) => ({
        to,
        event: { type: event.type, at, id, confirm: askedBy === to },
      }));
      // A muted route ignores its probe, so `all` takes no evidence of it either: only the send counts.
      const isMuted = states[route]?.status === 'MUTED';
      return isMuted ? [...heard, { to: ALL_ROUTES, event: { type: 'abort', at, id } }] : heard;
    }
    case 'delivered':
    case 'abort':
      return [event.route, ALL_ROUTES].map((to) => ({ to, event }));
    case 'rebaseline':
      return (event.route === null ? everyone : [event.route, ALL_ROUTES]).map((to) => ({
        to,
        event: { type: event.type, at },
      }));
    case 'maintenance':
    case 'restore':
      break;
  }
  if (event.route === null) return everyone.map((to) => ({ to, event }));
  // What touches one route only takes nothing but that route's waiting probes from `all`.
  const waiting = states[event.route]?.waiting ?? [];
  const dropped = waiting.map(({ id }): InstanceEvent => ({
    to: ALL_ROUTES,
    event: { type: 'abort', at, id },
  }));
  return [{ to: event.route, event }, ...dropped];
}
