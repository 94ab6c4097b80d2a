import type { Attempt } from '../../src/domain/attempt.ts';
import type { Truth } from '../../src/sim/truth.ts';

/** What the store holds after the chaos. */
export interface StoredRows {
  readonly attempts: readonly Attempt[];
  readonly skips: readonly { readonly key: string; readonly reason: string }[];
  readonly messages: readonly {
    readonly provider_id: string;
    readonly attempt: string | null;
    readonly disposition: string | null;
  }[];
  readonly requested: readonly string[];
  readonly spend: { readonly spent: number; readonly reserved: number };
}

/** The figures of the chaos: what must be zero is named for what went wrong. */
export function account(rows: StoredRows, truth: Truth, expectedKeys: readonly string[], codeCost: number) {
  const { attempts, skips, messages, requested, spend } = rows;
  const ends = new Map<string, number>();
  const note = (key: string) => ends.set(key, (ends.get(key) ?? 0) + 1);
  for (const { key, cause } of attempts) if (cause === 'schedule') note(key);
  for (const { key } of skips) note(key);
  const sends = truth.sends();
  const sendOf = new Map(
    sends.flatMap((send) => (send.attempt === null ? [] : [[send.attempt, send] as const])),
  );
  const attemptOfSid = new Map<string, string | null>();
  const acknowledged: string[] = [];
  for (const send of sends) {
    for (const { sid, pushes } of send.message?.deliveries ?? []) {
      if (sid === null) continue;
      attemptOfSid.set(sid, send.attempt);
      if (pushes.some(({ status }) => status !== null && status < 300)) acknowledged.push(sid);
    }
  }
  const stored = new Set(messages.map((message) => message.provider_id));
  const perAttempt = new Map<string, number>();
  for (const { attempt } of sends)
    if (attempt !== null) perAttempt.set(attempt, (perAttempt.get(attempt) ?? 0) + 1);
  const wasRequested = new Set(requested);
  return {
    ticks: expectedKeys.length,
    attempts: attempts.length,
    skips: skips.length,
    codes: sends.length,
    messages: messages.length,
    acknowledged: acknowledged.length,
    aborted: attempts.filter(({ outcome }) => outcome === 'aborted').length,
    ok: attempts.filter(({ outcome }) => outcome === 'ok').length,
    ticksWithoutEnd: expectedKeys.filter((key) => !ends.has(key)),
    ticksWithTwoEnds: [...ends].filter(([, count]) => count > 1).map(([key]) => key),
    secondCodeInOneAttempt: [...perAttempt.values()].filter((count) => count > 1).length,
    accountUsedTwiceAtOnce: interleavings([...truth.logins(), ...truth.verifies()], ({ account }) => account),
    phoneUsedTwiceAtOnce: interleavings(
      sends.map((send) => ({ ...send, atMs: send.requestedAtMs })),
      ({ phone }) => phone,
    ),
    acknowledgedAndNotKept: acknowledged.filter((sid) => !stored.has(sid)).length,
    keptTwice: messages.length - stored.size,
    unsettled: messages.filter(({ disposition }) => disposition === null).length,
    codeAtWrongAttempt: messages.filter(
      ({ provider_id: sid, attempt, disposition }) =>
        disposition === 'matched' && attempt !== (attemptOfSid.get(sid) ?? null),
    ).length,
    codeNotAccountedAsRequested: [...sendOf.keys()].filter((id) => !wasRequested.has(id)).length,
    spendOff: spend.spent + spend.reserved - requested.length * codeCost,
    targetBlamed: attempts
      .filter(({ fault }) => fault === 'target')
      .map(({ outcome, reason }) => `${outcome}: ${reason}`),
    lostThatWasNot: attempts.filter((one) => one.outcome === 'lost' && arrivedInTime(one, sendOf.get(one.id)))
      .length,
  };
}

type Send = ReturnType<Truth['sends']>[number];

/** Handed over to a node within the code's life: then a loss is ours. */
const arrivedInTime = ({ expiryMs }: Attempt, send: Send | undefined): boolean =>
  (send?.message?.deliveries ?? []).some(({ pushes }) =>
    pushes.some(
      ({ status, endedMs }) =>
        status !== null &&
        status < 300 &&
        endedMs !== null &&
        endedMs - (send?.requestedAtMs ?? 0) < expiryMs - 1000,
    ),
  );

/** An attempt that goes on after another of the same owner has begun, as the simulator saw them. */
function interleavings<Seen extends { readonly attempt: string | null; readonly atMs: number }>(
  seen: readonly Seen[],
  of: (one: Seen) => string,
): number {
  let found = 0;
  for (const owned of Map.groupBy(seen, of).values()) {
    const over = new Set<string>();
    let current: string | null = null;
    for (const { attempt } of owned.toSorted((a, b) => a.atMs - b.atMs)) {
      if (attempt === null || attempt === current) continue;
      if (over.has(attempt)) found += 1;
      if (current !== null) over.add(current);
      current = attempt;
    }
  }
  return found;
}
