import { resolve } from 'node:path';
import type { FlowContext, LoginFlow } from '../../ports/login-flow.ts';
import { createAttemptStates, type AttemptState } from '../attempt-states.ts';
import { loadModule } from './load-module.ts';
import { runUserCode } from './run-user-code.ts';

/** What a user's file exports, whatever its functions are given. */
export interface UserFlow<Api> {
  run(api: Api): Promise<void>;
  logout?(api: Api): Promise<void>;
}

/** How one kind of flow in code opens what it drives, and what it hands to the user's functions. */
export interface Driver<State extends AttemptState, Api> {
  readonly kind: string;
  /** The user's file, against the configuration's folder. */
  readonly path: string;
  readonly folder: string;
  open(context: FlowContext): Promise<State>;
  apiOf(state: State, context: FlowContext, inLogout: boolean): Api;
  /** Keeps what shows why it failed, before anything is closed. Never rejects. */
  onFailure?(state: State, context: FlowContext): Promise<void>;
  /** What an error of the user's code is for the engine, where it is of the driver's making. */
  translate(error: unknown, state: State): unknown;
}

/** A flow whose steps are a user's code, loaded once; a reload of the configuration makes a new one. */
export function createLoadedFlow<State extends AttemptState, Api>(driver: Driver<State, Api>): LoginFlow {
  let loading: Promise<UserFlow<Api>> | null = null;
  let hasLogout = false;
  const path = resolve(driver.folder, driver.path);
  const states = createAttemptStates<State>(
    () => hasLogout,
    (context) => driver.open(context),
  );

  const flow: LoginFlow = {
    kind: driver.kind,
    files: [path],
    async prepare() {
      await load();
    },
    async run(context) {
      const user = await load();
      await states.run(context, (state, watched) =>
        translated(driver, state, watched, () =>
          runUserCode(watched.signal, () => user.run(driver.apiOf(state, watched, false))),
        ),
      );
    },
  };

  function load(): Promise<UserFlow<Api>> {
    loading ??= loadModule(path).then((exported) => {
      if (!isUserFlow<Api>(exported)) {
        throw new Error(`${path}: expected its default export to be a flow with a function run`);
      }
      if (exported.logout) offerLogout(exported);
      return exported;
    });
    return loading;
  }

  // Only known once the file is loaded: without a logout of its own the engine must not count one.
  function offerLogout(user: UserFlow<Api>): void {
    hasLogout = true;
    flow.logout = (context) =>
      states.logout(context, (state) =>
        runUserCode(context.signal, async () => user.logout?.(driver.apiOf(state, context, true))),
      );
  }

  return flow;
}

async function translated<State extends AttemptState, Api>(
  driver: Driver<State, Api>,
  state: State,
  context: FlowContext,
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    await driver.onFailure?.(state, context);
    throw driver.translate(error, state);
  }
}

const isUserFlow = <Api>(exported: unknown): exported is UserFlow<Api> =>
  typeof exported === 'object' &&
  exported !== null &&
  'run' in exported &&
  typeof exported.run === 'function' &&
  (!('logout' in exported) || typeof exported.logout === 'function');
