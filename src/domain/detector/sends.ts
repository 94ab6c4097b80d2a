import type { EpochMs } from '../units.ts';
import { windowLimit, type DetectorConfig } from './config.ts';
import type { DetectorState } from './state.ts';

export function hasRoom({ sends }: DetectorState, at: EpochMs, config: DetectorConfig): boolean {
  return sendsInWindow(sends, at, config).length < windowLimit(config);
}

export function sendsInWindow(sends: readonly EpochMs[], at: EpochMs, { windowMs }: DetectorConfig) {
  return sends.filter((sentAt) => at - sentAt < windowMs);
}

/** Suspicion wants to be confirmed; an alarm wants its end confirmed once something came through. */
export const wantsConfirmation = ({ status, recovery }: DetectorState): boolean =>
  status === 'SUSPECT' || (status === 'ALARM' && recovery > 0);

/** Whether to ask for a confirmation now: wanted, paid for, inside the window, and not too soon after the last send. */
export const asksConfirmation = (state: DetectorState, config: DetectorConfig): boolean =>
  wantsConfirmation(state) &&
  state.budgetMs >= config.refillMs &&
  hasRoom(state, state.lastAt, config) &&
  (state.lastLaunchAt === null || state.lastAt - state.lastLaunchAt >= config.confirmGapMs);

/** When a wanted confirmation could be asked for. */
export function confirmationPossibleAt(state: DetectorState, config: DetectorConfig): EpochMs {
  const { sends, lastAt } = state;
  const afterGap = (state.lastLaunchAt ?? -Infinity) + config.confirmGapMs;
  const paidFor = lastAt + Math.max(0, config.refillMs - state.budgetMs);
  if (hasRoom(state, lastAt, config)) return Math.max(afterGap, paidFor);
  const blocking = sends[sends.length - windowLimit(config)] ?? lastAt;
  return Math.max(afterGap, paidFor, blocking + config.windowMs);
}
