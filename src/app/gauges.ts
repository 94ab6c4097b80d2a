import { BREAKER_PREFIX } from '../domain/breaker.ts';
import { readSwitches } from '../engine/probe-switch.ts';
import type { Gauges } from '../metrics/gauges.ts';
import type { AppParts } from './create-app.ts';
import { openBreakers, stateOf } from './operations.ts';
import { stockOf } from './stock.ts';

/** What a scrape asks for beyond what events have told. */
export async function gaugesOf(parts: GaugeParts): Promise<Gauges> {
  const { store, shared, engine, clock } = parts;
  const { specs } = parts.generation;
  const at = clock.now();
  const offset = shared?.offset();
  const [usage, breakers, switchOf, stocks, lastMessages] = await Promise.all([
    store.state.usage(at),
    store.state.read(BREAKER_PREFIX),
    readSwitches(store.state),
    Promise.all(specs.map((spec) => stockOf(spec, store.state))),
    store.messages.lastArrivals(),
  ]);
  const states = specs.map((spec) => {
    const { name } = spec.entry;
    return [name, stateOf(engine, spec, switchOf(name), at)] as const;
  });
  return {
    at,
    storeUp: engine.sweeper.storeDown === null,
    watch: await engine.watch.views(),
    usage,
    states: Object.fromEntries(states),
    inboxesUp: Object.fromEntries([...engine.keepers].map(([name, keeper]) => [name, keeper.up])),
    lastMessages,
    breakers: openBreakers(breakers, at),
    backupCodes: Object.assign({}, ...stocks) as Record<string, number>,
    // One node's store runs by this node's clock.
    clockOffsetMs: offset?.offsetMs ?? 0,
    clockErrorMs: offset?.errorMs ?? 0,
  };
}

type GaugeParts = Pick<AppParts, 'store' | 'shared' | 'engine' | 'clock' | 'generation'>;
