import { expect, test } from 'vitest';
import { createAttemptStates } from '../../src/flows/attempt-states.ts';
import { FakeFlowContext } from '../support/fake-flow-context.ts';

interface Opened {
  closed: boolean;
  close(): Promise<void>;
}

function statesOf(hasLogout = true) {
  const opened: Opened[] = [];
  const states = createAttemptStates<Opened>(
    () => hasLogout,
    async () => {
      const state: Opened = {
        closed: false,
        async close() {
          state.closed = true;
        },
      };
      opened.push(state);
      return state;
    },
  );
  return { states, opened };
}

const pass = async (): Promise<void> => undefined;

test('after a login the state stays open for the logout, which closes it', async () => {
  const { states, opened } = statesOf();
  const context = new FakeFlowContext();
  await states.run(context, async (_state, watched) => watched.stage('login', pass));
  expect(opened[0]?.closed).toBe(false);
  await states.logout(context, async (state) => expect(state.closed).toBe(false));
  expect(opened).toEqual([expect.objectContaining({ closed: true })]);
});

test('a logout that fails closes the state too', async () => {
  const { states, opened } = statesOf();
  const context = new FakeFlowContext();
  await states.run(context, async (_state, watched) => watched.stage('login', pass));
  await expect(states.logout(context, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(opened[0]?.closed).toBe(true);
});

test('without a login, without a logout, or with one of its own, a run closes its state', async () => {
  const stages: readonly (readonly ('login' | 'logout')[])[] = [[], ['login', 'logout']];
  for (const names of stages) {
    const { states, opened } = statesOf();
    await states.run(new FakeFlowContext(), async (_state, watched) => {
      for (const name of names) await watched.stage(name, pass);
    });
    expect(opened[0]?.closed).toBe(true);
  }
  const { states, opened } = statesOf(false);
  await states.run(new FakeFlowContext(), async (_state, watched) => watched.stage('login', pass));
  expect(opened[0]?.closed).toBe(true);
});

test('a login that failed leaves nothing to log out of', async () => {
  const { states, opened } = statesOf();
  const context = new FakeFlowContext();
  const failing = states.run(context, async (_state, watched) => {
    await watched.stage('login', () => Promise.reject(new Error('refused')));
  });
  await expect(failing).rejects.toThrow('refused');
  expect(opened[0]?.closed).toBe(true);
  await expect(states.logout(context, pass)).rejects.toThrow('no session to log out of');
});

test('a logout that comes while the run is still letting go waits for it', async () => {
  const { states } = statesOf();
  const context = new FakeFlowContext();
  const letGo = Promise.withResolvers<void>();
  const running = states.run(context, async (_state, watched) => {
    await watched.stage('login', pass);
    await letGo.promise;
  });
  const loggingOut = states.logout(context, pass);
  letGo.reject(new Error('aborted'));
  await expect(running).rejects.toThrow('aborted');
  await expect(loggingOut).resolves.toBeUndefined();
});

test('attempts do not share their states', async () => {
  const { states, opened } = statesOf();
  const contexts = [new FakeFlowContext(), new FakeFlowContext()];
  for (const context of contexts) {
    await states.run(context, async (_state, watched) => watched.stage('login', pass));
  }
  const seen: Opened[] = [];
  for (const context of contexts.reverse()) {
    await states.logout(context, async (state) => {
      seen.push(state);
    });
  }
  expect(seen).toEqual([opened[1], opened[0]]);
  expect(seen[0]).not.toBe(seen[1]);
});
