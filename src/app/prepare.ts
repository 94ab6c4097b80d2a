import { SECOND } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { LoginFlow } from '../ports/login-flow.ts';

export interface NamedFlow {
  /** The probe's name. */
  readonly name: string;
  readonly flow: LoginFlow;
}

/** A flow that cannot be used. */
export interface FlowFault {
  readonly probe: string;
  /** What is wrong, with the place in the user's file where it is known. */
  readonly message: string;
}

const LIMIT_MS = 10 * SECOND;

/** Loads what flows need beyond their settings, such as a user's code. Answers every fault; never rejects. */
export async function prepareFlows(flows: readonly NamedFlow[], clock: Clock): Promise<FlowFault[]> {
  const answers = flows.map(async ({ name, flow }): Promise<FlowFault[]> => {
    try {
      await inTime(flow, clock);
      return [];
    } catch (error) {
      return [{ probe: name, message: error instanceof Error ? error.message : String(error) }];
    }
  });
  return (await Promise.all(answers)).flat();
}

/** Some flow cannot be used: the configuration is not taken. */
export class FlowsRefused extends Error {
  constructor(faults: readonly FlowFault[]) {
    super(faults.map(({ probe, message }) => `probes.${probe}.flow: ${message}`).join('; '));
    this.name = 'FlowsRefused';
  }
}

/** The same for those who can only go on with all of them. Throws FlowsRefused. */
export async function requireFlows(flows: readonly NamedFlow[], clock: Clock): Promise<void> {
  const faults = await prepareFlows(flows, clock);
  if (faults.length > 0) throw new FlowsRefused(faults);
}

/** A file may wait at its top level for what never comes. */
async function inTime(flow: LoginFlow, clock: Clock): Promise<void> {
  if (!flow.prepare) return;
  const loaded = new AbortController();
  const limit = clock.sleep(LIMIT_MS, loaded.signal).then(() => {
    const what = flow.files?.join(', ') ?? 'the flow';
    throw new Error(`${what} did not load within ${LIMIT_MS / SECOND} s; what does its top level wait for?`);
  });
  try {
    await Promise.race([flow.prepare(), limit]);
  } finally {
    loaded.abort(new Error('loaded'));
  }
}
