import type { Store } from '../ports/store.ts';
import type { Call } from './operations/index.ts';

/** The store's port, over whatever runs its operations. */
export function createStore(call: Call, close: () => Promise<void>): Store {
  return {
    leases: {
      acquire: (request) => call('acquire', request),
      renew: (leases, until) => call('renew', { leases, until }),
      permit: (lease, ask) => call('permit', { lease, ask }),
    },
    attempts: {
      finish: (attempt, settlement) => call('finish', { attempt, settlement }),
      find: (query) => call('find', query),
      sweep: (at, now = at, handOver = {}) => call('sweep', { at, now, handOver }),
      trace: (ids) => call('trace', { ids }),
      prune: (before) => call('prune', { before }),
    },
    messages: {
      record: (entry) => call('record', entry),
      addressed: (attempt) => call('addressed', { attempt }),
      lastArrivals: () => call('lastArrivals', {}),
    },
    state: {
      read: (prefix) => call('read', { prefix }),
      write: async (entries) => {
        await call('write', { entries });
      },
      advance: (key, value) => call('advance', { key, value }),
      usage: (at) => call('usage', { at }),
    },
    ticks: {
      skip: (tick) => call('skip', tick),
      orphans: () => call('orphans', {}),
      skipped: (since) => call('skipped', { since }),
    },
    duties: {
      hold: (claim) => call('holdDuty', claim),
      write: (duty, entries, fed) => call('writeOnDuty', { duty, entries, fed }),
      release: async (duty) => {
        await call('releaseDuty', duty);
      },
    },
    feed: {
      append: async (items) => {
        await call('appendFeed', { items });
      },
      read: (after, limit) => call('readFeed', { after, limit }),
    },
    close,
  };
}
