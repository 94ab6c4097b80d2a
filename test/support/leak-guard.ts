import { afterAll, beforeAll } from 'vitest';

/** What a test file may not leave behind: listening servers and running timers of its own. */
const WATCHED = new Set(['TCPServerWrap', 'PipeWrap', 'Timeout', 'ChildProcess', 'Worker']);
let before: Record<string, number> = {};

function count(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) {
    if (WATCHED.has(name)) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

beforeAll(() => {
  before = count();
});

afterAll(async () => {
  let left: string[] = [];
  // Closing takes a few turns of the loop; what is still open then was forgotten.
  for (let turn = 0; turn < 50; turn += 1) {
    left = Object.entries(count())
      .filter(([name, now]) => name === 'TCPServerWrap' && now > (before[name] ?? 0))
      .map(([name, now]) => `${name}: ${now - (before[name] ?? 0)} left open`);
    if (left.length === 0) break;
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
  if (left.length > 0) throw new Error(`this file left behind ${left.join(', ')}`);
});
