import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { OUTCOMES } from '../../src/domain/outcome.ts';
import { createSystemClock } from '../../src/runtime/system-clock.ts';
import { randomStream } from '../../src/sim/random.ts';
import { runCommand, startDaemon, type RunningDaemon } from '../support/daemon-process.ts';
import { sendToRack } from '../support/rack-message.ts';
import { createSimStage, type SimStage } from '../support/sim-daemon.ts';
import { CODE_COST } from '../support/sim-config.ts';

/** As many worlds side by side, each with its own daemon; starting one daemon takes most of the time. */
const WORLDS = 2;
const KILLS = 50;
/** One kill in five comes while the daemon still starts. */
const EARLY_EVERY = 5;
const EARLY_MS = 1200;
const SENDERS = 3;
/** The others come after so many answers at most: there is work in every state then, on however slow a machine. */
const MOST_ANSWERS = 30;
/** A phone whose attempt was cut off rests for minutes, so there are as many as can be cut off, or nearly. */
const MOST_ATTEMPTS = 4;
const PHONES = Array.from({ length: 150 }, (_, index) => ({
  name: `us-${index}`,
  number: `+1202555${String(index).padStart(4, '0')}`,
  carrier: 'carrier-a',
}));
const clock = createSystemClock();

interface Flow {
  /** Ids of messages that were answered with 2xx. */
  readonly acknowledged: string[];
  /** Ids of attempts that were said to have started. */
  readonly started: string[];
  made: number;
  /** Told of each answer. */
  answered: () => void;
}

test(
  'whenever it is killed: no acknowledged message, no attempt and no cent gets lost',
  { timeout: 600_000 },
  async () => {
    const worlds = Array.from({ length: WORLDS }, (_, index) => killAgainAndAgain(`world-${index}`));
    for (const books of await Promise.all(worlds)) expect(books.integrity).toBe('ok');
  },
);

async function killAgainAndAgain(seed: string): Promise<Books> {
  const stage = await createSimStage({
    world: { phones: PHONES, accounts: PHONES.map(({ name }) => ({ username: `sms-${name}`, phone: name })) },
  });
  await stage.write();
  const random = randomStream(seed, 'moments');
  const flow: Flow = { acknowledged: [], started: [], made: 0, answered: () => undefined };
  for (let kill = 0; kill < KILLS; kill += 1) {
    if (kill % EARLY_EVERY === 0) await killEarly(stage, random() * EARLY_MS);
    else await killBusy(stage, flow, 1 + Math.floor(random() * MOST_ANSWERS));
  }
  const last = await startDaemon(stage.configFile);
  last.child.kill('SIGTERM');
  expect(await last.ended()).toBe(0);
  const books = readBooks(join(stage.folder, 'twofa.db'));
  process.stdout.write(
    `${seed}: ${KILLS} kills; ${flow.acknowledged.length} messages acknowledged, ${books.attempts.length} attempts, ` +
      `${books.attempts.filter(({ outcome }) => outcome === 'ok').length} of them ok, ${books.requested} codes\n`,
  );
  checkBooks(books, flow, stage);
  return books;
}

function checkBooks(books: Books, flow: Flow, { sim }: SimStage): void {
  expect(flow.acknowledged.filter((id) => !books.messages.has(id))).toEqual([]);
  const ids = new Set(books.attempts.map(({ id }) => id));
  expect(flow.started.filter((id) => !ids.has(id))).toEqual([]);
  expect(books.attempts.filter(({ outcome }) => !OUTCOMES.some((one) => one === outcome))).toEqual([]);
  expect(books.leases).toBe(0);
  // What was asked for was paid for first, and nothing else was paid for.
  const asked = sim.truth.sends().map(({ attempt }) => attempt);
  const paid = new Set(books.attempts.filter(({ paid }) => paid).map(({ id }) => id));
  expect(asked.filter((id) => id === null || !paid.has(id))).toEqual([]);
  expect(new Set(asked).size).toBe(asked.length);
  expect(books.spend).toEqual({ spent: books.requested * CODE_COST, reserved: 0 });
  // The flow was one: else nothing was proven.
  expect(flow.acknowledged.length).toBeGreaterThan(KILLS);
  expect(asked.length).toBeGreaterThan(KILLS / 2);
}

async function killEarly(stage: SimStage, afterMs: number): Promise<void> {
  const daemon = runCommand(['start', `--config.file=${stage.configFile}`]);
  await clock.sleep(afterMs);
  daemon.child.kill('SIGKILL');
  await daemon.ended();
}

async function killBusy(stage: SimStage, flow: Flow, answers: number): Promise<void> {
  const daemon = await startDaemon(stage.configFile);
  const dead = new AbortController();
  let left = answers;
  const enough = new Promise<void>((resolve) => {
    flow.answered = () => {
      left -= 1;
      if (left === 0) resolve();
    };
  });
  const work = [
    ...Array.from({ length: SENDERS }, () => sendMessages(daemon, flow, dead.signal)),
    startAttempts(daemon, flow, dead.signal),
  ];
  await enough;
  daemon.child.kill('SIGKILL');
  expect(await daemon.ended()).toBe('SIGKILL');
  dead.abort();
  await Promise.all(work);
}

/** One after another until the daemon is dead; what was not answered may or may not be there. */
async function sendMessages(daemon: RunningDaemon, flow: Flow, dead: AbortSignal): Promise<void> {
  while (!dead.aborted) {
    flow.made += 1;
    const id = `flow-${flow.made}`;
    const to = PHONES[flow.made % PHONES.length]?.number ?? '';
    const answer = await sendToRack(daemon.hooks, { id, to }, dead).catch(() => null);
    if (!answer?.ok) continue;
    flow.acknowledged.push(id);
    flow.answered();
  }
}

async function startAttempts(daemon: RunningDaemon, flow: Flow, dead: AbortSignal): Promise<void> {
  for (let begun = 0; begun < MOST_ATTEMPTS && !dead.aborted;) {
    const url = `${daemon.web}/api/v1/probes/acme-sms/run`;
    const text = await fetch(url, { method: 'POST', signal: dead }).then(
      (answer) => answer.text(),
      () => '',
    );
    const [, id] = /attempt (\S+) has started/.exec(text) ?? [];
    if (id === undefined) continue;
    begun += 1;
    flow.started.push(id);
    flow.answered();
  }
}

type Books = ReturnType<typeof readBooks>;

function readBooks(path: string) {
  const database = new DatabaseSync(path);
  const all = (sql: string) => database.prepare(sql).all();
  const attempts = all('select id, requested_at, finished_at, record from attempts').map((row) => ({
    id: String(row['id']),
    paid: row['requested_at'] !== null,
    // One that never ended has no outcome.
    outcome:
      row['finished_at'] === null ? null : (JSON.parse(String(row['record'])) as { outcome: string }).outcome,
  }));
  const [spend] = all('select sum(spent) as spent, sum(reserved) as reserved from spend');
  const books = {
    integrity: all('pragma integrity_check')[0]?.['integrity_check'],
    messages: new Set(all('select provider_id from messages').map((row) => String(row['provider_id']))),
    attempts,
    requested: attempts.filter(({ paid }) => paid).length,
    leases: all('select attempt from leases').length,
    spend: { spent: Number(spend?.['spent']), reserved: Number(spend?.['reserved']) },
  };
  database.close();
  return books;
}
