import type { Config } from '../config/config.ts';
import type { ActAnswer } from '../ports/operations.ts';
import { followSchedules, takeIntoUse, type AppParts } from './create-app.ts';
import { buildGeneration } from './generation.ts';

/** A bad file keeps the old configuration; attempts in flight keep what they began with. */
export async function reload(parts: AppParts): Promise<ActAnswer> {
  const { engine, clock, deps, options } = parts;
  const before = parts.generation.config;
  try {
    const config = (await options.reread?.()) ?? null;
    if (!config) throw new Error('the new configuration has faults; the log and `check` show them');
    const next = await buildGeneration(withFixed(config, before), deps);
    await takeIntoUse(parts, next);
    followSchedules(parts);
    const kept = needsRestart(before, config);
    const message = kept.length === 0 ? 'reloaded' : `reloaded; needs a restart: ${kept.join(', ')}`;
    engine.notify({ kind: 'config_reloaded', ok: true, reason: message, at: clock.now() });
    return { done: true, message };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    engine.notify({ kind: 'config_reloaded', ok: false, reason: message, at: clock.now() });
    return { done: false, status: 422, message };
  }
}

/** What listens, who we are and where state is kept cannot change while running. */
function withFixed(after: Config, { web, hooks, store, node }: Config): Config {
  return {
    ...after,
    web: { ...after.web, host: web.host, port: web.port },
    hooks: hooks && { ...hooks, publicUrl: (after.hooks ?? hooks).publicUrl },
    store,
    node,
  };
}

function needsRestart(before: Config, after: Config): string[] {
  const address = (at: { host: string; port: number } | null) => (at ? `${at.host}:${at.port}` : 'none');
  const changed = {
    'web.listen': address(before.web) !== address(after.web),
    'hooks.listen': address(before.hooks) !== address(after.hooks),
    store: JSON.stringify(before.store) !== JSON.stringify(after.store),
    node: JSON.stringify(before.node) !== JSON.stringify(after.node),
  };
  return Object.entries(changed).flatMap(([name, differs]) => (differs ? [name] : []));
}
