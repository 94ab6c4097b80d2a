import type { EpochMs } from '../domain/units.ts';
import type { StateBook } from '../ports/store.ts';

/** What people have set on one probe; holds across restarts and nodes. */
export interface ProbeSwitch {
  readonly paused: boolean;
  /** End of a maintenance that was started by hand. */
  readonly maintenanceUntil: EpochMs | null;
}

const pausedKey = (probe: string) => `probe/${probe}/paused`;
const maintenanceKey = (probe: string) => `probe/${probe}/maintenance`;

const ALL = 'probe/';

export const readSwitch = async (state: StateBook, probe: string): Promise<ProbeSwitch> =>
  switchIn(await state.read(`${ALL}${probe}/`), probe);

/** Those of all probes, by one look into the store. */
export async function readSwitches(state: StateBook): Promise<(probe: string) => ProbeSwitch> {
  const entries = await state.read(ALL);
  return (probe) => switchIn(entries, probe);
}

function switchIn(entries: Readonly<Record<string, unknown>>, probe: string): ProbeSwitch {
  const until = entries[maintenanceKey(probe)];
  return {
    paused: entries[pausedKey(probe)] === true,
    maintenanceUntil: typeof until === 'number' ? until : null,
  };
}

export const pauseProbe = (state: StateBook, probe: string) => state.write({ [pausedKey(probe)]: true });

/** Also ends a maintenance, and lets the accounts named (target/account) go on. */
export function resumeProbe(state: StateBook, probe: string, accounts: readonly string[]): Promise<void> {
  const pauses = accounts.map((account) => [`pause/account/${account}`, null]);
  return state.write({
    [pausedKey(probe)]: null,
    [maintenanceKey(probe)]: null,
    ...Object.fromEntries(pauses),
  });
}

export const startMaintenance = (state: StateBook, probe: string, until: EpochMs) =>
  state.write({ [maintenanceKey(probe)]: until });
