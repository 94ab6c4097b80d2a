import { max, min, minOverTime, round } from '@grafana/promql-builder';
import { CATALOGUE } from '../../../src/metrics/catalogue.ts';
import { COLOUR, DISPOSITION_COLOURS, SKIP_COLOURS } from '../colours.ts';
import { bars, counts, lines, states, steps } from '../panels/kinds.ts';
import { yesOrNo } from '../panels/mappings.ts';
import { colourNames, tell } from '../panels/panel.ts';
import { now, overTime } from '../panels/targets.ts';
import { atLocations } from '../queries/process.ts';
import { counted, isOneOf, series } from '../series.ts';
import { HOUR, NOW } from '../windows.ts';

export const inboxes = () =>
  tell(states(), {
    title: 'Inboxes that can be read',
    says: 'Down: codes cannot be seen, and attempts on its phones are skipped instead of counted as lost. See the provider, its credentials and the network.',
    asks: [
      overTime(min(minOverTime(series(CATALOGUE.inboxUp).range(NOW.range))).by(['inbox']), NOW, '{{inbox}}'),
    ],
    runbooks: ['receiver'],
  }).mappings([yesOrNo('up', 'down')]);

export const messages = () =>
  colourNames(
    tell(counts(), {
      title: 'Messages, in the hour before',
      says: 'Each message in the one disposition it ended in. wrong_sender: somebody else writes to our numbers, or the sender has a new name that `sender` does not allow. late: for attempts that were given up. unmatched: nobody was waiting.',
      asks: [
        overTime(
          round(counted(series(CATALOGUE.inboxMessages), HOUR.range, ['disposition'])),
          HOUR,
          '{{disposition}}',
        ),
      ],
      runbooks: ['receiver', 'codes-unreadable'],
    }),
    DISPOSITION_COLOURS,
  );

export const errors = () =>
  tell(counts(), {
    title: 'Inbox errors, in the hour before',
    says: 'poll, session: the provider could not be asked or ended the connection. signature: somebody sends to our hooks who cannot prove who he is, or the secret changed. store: messages could not be kept, and the provider was told to try again.',
    asks: [
      overTime(
        round(counted(series(CATALOGUE.inboxErrors), HOUR.range, ['inbox', 'error'])),
        HOUR,
        '{{inbox}} {{error}}',
      ),
    ],
    runbooks: ['receiver'],
  });

export const resolution = () =>
  tell(bars(), {
    title: 'How exact arrivals are',
    says: '0 for a pushed message, else the polling interval: a delivery time may be wrong by so much. Large against the deadline: use a webhook, or poll more often.',
    asks: [now(max(series(CATALOGUE.inboxResolution)).by(['inbox']), '{{inbox}}')],
  })
    .unit('s')
    .min(0)
    .max(60)
    .thresholds(steps(COLOUR.good, [15, COLOUR.late], [30, 'orange']));

/** Faults that are never the target's. */
export const ownFaults = () =>
  tell(counts(), {
    title: 'Attempts that could not measure, in the hour before',
    says: 'Attempts that ended through us (monitor, receiver) or were blocked by the target. They count against nobody; many of them mean that an outage could pass unseen.',
    asks: [
      overTime(
        round(
          counted(
            series(CATALOGUE.attempts, { fault: isOneOf('monitor', 'receiver', 'blocked') }),
            HOUR.range,
            ['fault'],
          ),
        ),
        HOUR,
        '{{fault}}',
      ),
    ],
    runbooks: ['monitor-fault', 'receiver', 'rate-limited'],
  });

/** What the queue of ticks loses. */
export const queue = () =>
  colourNames(
    tell(counts(), {
      title: 'Ticks not taken, in the hour before',
      says: 'Ticks of all probes that came too late to be taken (missed), while the attempt before still ran (overlap), or that found no free account, budget or store. missed on all nodes: too few of them, or a queue that stands still.',
      asks: [overTime(round(counted(series(CATALOGUE.skips), HOUR.range, ['reason'])), HOUR, '{{reason}}')],
      runbooks: ['ticks-skipped', 'not-measured'],
    }),
    SKIP_COLOURS,
  );

export const scheduleLag = () =>
  tell(lines(), {
    title: 'Schedule lag',
    says: 'How late after its tick and jitter each node decided on its last attempt. Seconds: the node is overloaded, or ticks wait in the queue.',
    asks: [overTime(max(atLocations(series(CATALOGUE.scheduleLag))).by(['instance']), NOW, '{{instance}}')],
    runbooks: ['ticks-skipped'],
  })
    .unit('s')
    .min(0)
    .axisSoftMax(1);
