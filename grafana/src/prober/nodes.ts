import { max, min, sum } from '@grafana/promql-builder';
import { CATALOGUE } from '../../../src/metrics/catalogue.ts';
import { COLOUR } from '../colours.ts';
import { lines, states, steps, tiles } from '../panels/kinds.ts';
import { wordsFor, yesOrNo } from '../panels/mappings.ts';
import { tell } from '../panels/panel.ts';
import { now, overTime } from '../panels/targets.ts';
import { atLocations, scraped } from '../queries/process.ts';
import { series } from '../series.ts';
import { NOW } from '../windows.ts';

export const answering = () =>
  tell(states(), {
    title: 'Nodes that answer',
    says: 'Whether Prometheus could scrape each node. With all rows red nobody watches the sign-ins.',
    asks: [overTime(max(atLocations(scraped(), '1h')).by(['instance']), NOW, '{{instance}}')],
    runbooks: ['prober-down'],
  }).mappings([yesOrNo('up', 'down')]);

export const inFlight = () =>
  tell(lines(), {
    title: 'Attempts in flight',
    says: 'Attempts that run, by node. A node that is always at none, while others work, gets no ticks: see its log.',
    asks: [
      overTime(sum(atLocations(series(CATALOGUE.attemptsInFlight))).by(['instance']), NOW, '{{instance}}'),
    ],
    runbooks: ['monitor-fault'],
  })
    .unit('short')
    .decimals(0)
    .min(0)
    .axisSoftMax(4);

export const leases = () =>
  tell(lines(), {
    title: 'Leases held',
    says: 'Accounts and phones that attempts hold, of all nodes together. It falls back to 0 between attempts; one that stays up belongs to a node that died, and runs out by itself.',
    asks: [overTime(max(series(CATALOGUE.leasesHeld)).by(['kind']), NOW, '{{kind}}')],
    runbooks: ['monitor-fault'],
  })
    .unit('short')
    .decimals(0)
    .min(0)
    .axisSoftMax(4);

/** The clocks of nodes decide over nothing, but deliveries across nodes are measured with them. */
export const clocks = () =>
  tell(lines(), {
    title: 'Clock offset',
    says: 'The wall clock of each node minus the reference clock. Beyond a second: mend NTP on that host. No lines: there is nothing to compare with (one node, and a target without a Date header).',
    asks: [overTime(max(atLocations(series(CATALOGUE.clockOffset))).by(['instance']), NOW, '{{instance}}')],
    runbooks: ['clock'],
  })
    .unit('s')
    .axisSoftMin(-1)
    .axisSoftMax(1);

export const nodesUp = () =>
  tell(tiles(), {
    title: 'Nodes up',
    says: 'How many nodes Prometheus could scrape. 0: nobody watches the sign-ins; start a node, then see why it ended.',
    asks: [now(sum(atLocations(scraped(), '1h')), 'nodes')],
    runbooks: ['prober-down'],
  })
    .decimals(0)
    .thresholds(steps(COLOUR.lost, [1, COLOUR.good]));

export const storeUp = () =>
  tell(tiles(), {
    title: 'Store',
    says: 'Whether every node can use the store. While it is down no attempt starts; messages are answered 503 so that providers try again.',
    asks: [now(min(atLocations(series(CATALOGUE.storeUp))), 'store')],
    runbooks: ['store-down'],
  }).mappings([
    wordsFor([
      { value: 1, text: 'up', color: COLOUR.good },
      { value: 0, text: 'down', color: COLOUR.lost },
    ]),
  ]);
