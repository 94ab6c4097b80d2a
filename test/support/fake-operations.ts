import type { Attempt } from '../../src/domain/attempt.ts';
import type { ReceiptRecord } from '../../src/domain/receipt.ts';
import { markOf, type AttemptMark, type Marks } from '../../src/domain/mark.ts';
import type {
  ActAnswer,
  Command,
  Operations,
  ProbeView,
  Snapshot,
  VerdictChange,
} from '../../src/ports/operations.ts';
import { anInventory, NOON } from './builders.ts';

export const aProbeView = (change: Partial<ProbeView> & { name: string }): ProbeView => {
  const entry = anInventory().probes.find((probe) => probe.name === change.name) ?? anInventory().probes[0];
  if (!entry) throw new Error('the inventory of the builders has no probe');
  return {
    ...entry,
    state: 'active',
    maintenanceUntil: null,
    nextTickAt: NOON + 120_000,
    last: null,
    lastSuccessAt: null,
    lastDeliveryMs: null,
    lastSkip: null,
    inFlight: [],
    ...change,
  };
};

export const aSnapshot = (change: Partial<Snapshot> = {}): Snapshot => ({
  at: NOON,
  version: '0.1.0',
  ready: { ok: true, reasons: [] },
  inventory: anInventory(),
  probes: [aProbeView({ name: 'acme-sms' }), aProbeView({ name: 'acme-totp' })],
  inboxes: [
    {
      name: 'sim-rack',
      kind: 'webhook',
      up: true,
      reason: '',
      lastMessageAt: NOON - 40_000,
      errors: {},
      controlEveryMs: null,
    },
    {
      name: 'twilio-main',
      kind: 'twilio',
      up: true,
      reason: '',
      lastMessageAt: null,
      errors: {},
      controlEveryMs: null,
    },
  ],
  usage: {
    starts: { acme: { hour: 13, day: 240 } },
    spent: 31_204_000,
    leases: { account: 0, phone: 0 },
    quarantines: {},
  },
  watch: {},
  breakers: {},
  pausedAccounts: {},
  backupCodes: {},
  ...change,
});

/** Operations over fixed data, that remember what they were told to do. */
export class FakeOperations implements Operations {
  current: Snapshot;
  stored: Attempt[];
  changes: VerdictChange[] = [];
  readonly said = new Map<string, ReceiptRecord[]>();
  readonly screenshots = new Map<string, Uint8Array>();
  readonly commands: Command[] = [];
  readonly queries: Parameters<Operations['attempts']>[0][] = [];
  answer: ActAnswer = { done: true, message: 'done' };

  constructor(current: Snapshot = aSnapshot(), stored: Attempt[] = []) {
    this.current = current;
    this.stored = stored;
  }

  snapshot(): Promise<Snapshot> {
    return Promise.resolve(this.current);
  }

  attempts(query: Parameters<Operations['attempts']>[0]): Promise<Attempt[]> {
    this.queries.push(query);
    const { id, probe, since, limit } = query;
    const found = this.stored.filter(
      (attempt) =>
        (id === undefined || attempt.id === id) &&
        (probe === undefined || attempt.probe === probe) &&
        (since === undefined || attempt.finishedAt >= since),
    );
    return Promise.resolve(found.slice(0, limit));
  }

  marks(): Promise<Marks> {
    const marks = new Map<string, AttemptMark[]>();
    for (const attempt of this.stored.toReversed()) {
      marks.set(attempt.probe, [...(marks.get(attempt.probe) ?? []), markOf(attempt)]);
    }
    return Promise.resolve(marks);
  }

  screenshot(attempt: string): Promise<Uint8Array | null> {
    return Promise.resolve(this.screenshots.get(attempt) ?? null);
  }

  verdicts({ target, limit }: Parameters<Operations['verdicts']>[0]): Promise<VerdictChange[]> {
    const found = this.changes.filter((change) => target === undefined || change.target === target);
    return Promise.resolve(found.slice(0, limit));
  }

  receipts(attempt: string): Promise<ReceiptRecord[]> {
    return Promise.resolve(this.said.get(attempt) ?? []);
  }

  act(command: Command): Promise<ActAnswer> {
    this.commands.push(command);
    return Promise.resolve(this.answer);
  }
}
