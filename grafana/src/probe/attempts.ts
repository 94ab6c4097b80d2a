import { and, div, lastOverTime, max, round } from '@grafana/promql-builder';
import { CATALOGUE } from '../../../src/metrics/catalogue.ts';
import { OUTCOME_COLOURS, SKIP_COLOURS, STAGE_COLOURS } from '../colours.ts';
import { counts, lines, stacked } from '../panels/kinds.ts';
import { colourNames, tell } from '../panels/panel.ts';
import { overTime } from '../panels/targets.ts';
import {
  counted,
  countedAny,
  countOf,
  is,
  isChosen,
  isOneOf,
  isTheChosen,
  series,
  sumOfStages,
} from '../series.ts';
import { DAY, HOUR, NOW } from '../windows.ts';

const thisProbe = { probe: isTheChosen };
const itsLocations = { ...thisProbe, location: isChosen };

export const stages = () =>
  colourNames(
    tell(stacked(), {
      title: 'Stages: mean time of an attempt',
      says: 'Where the time of an attempt goes, as means of the hour before: they add up. Delivery includes the waiting for codes that never came, up to their expiry. Login or verify growing is the service itself; request_code growing is the interface to the SMS provider.',
      asks: [
        overTime(
          div(
            counted(sumOfStages(thisProbe), HOUR.range, ['stage']),
            countedAny(countOf(CATALOGUE.stageDuration, thisProbe), HOUR.range, ['stage']),
          ),
          HOUR,
          '{{stage}}',
        ),
      ],
      runbooks: ['codes-late', 'login-broken'],
    }),
    STAGE_COLOURS,
  ).unit('s');

export const outcomes = () =>
  colourNames(
    tell(counts(), {
      title: 'Outcomes, in the hour before',
      says: 'How attempts ended. Yellow and red are the delivery, orange is the target, dark red a sign-in without the second factor; purple and blue are not measured and never count against it. The table of outcomes in the runbooks says what each means.',
      asks: [
        overTime(
          round(counted(series(CATALOGUE.attempts, itsLocations), HOUR.range, ['outcome'])),
          HOUR,
          '{{outcome}}',
        ),
      ],
      runbooks: ['outage', 'login-broken', 'second-factor-refused', 'account-refused'],
    }),
    OUTCOME_COLOURS,
  );

export const locations = () =>
  tell(lines(), {
    title: 'Success by location, 24 h',
    says: 'The part of the attempts of each location that got in, over the 24 hours before, without those that we could not measure. One location away from the others: the network there, or its address is blocked.',
    asks: [
      overTime(
        div(
          counted(series(CATALOGUE.attempts, { ...itsLocations, fault: is('none') }), DAY.range, [
            'location',
          ]),
          countedAny(
            series(CATALOGUE.attempts, { ...itsLocations, fault: isOneOf('none', 'delivery', 'target') }),
            DAY.range,
            ['location'],
          ),
        ),
        DAY,
        '{{location}}',
      ),
    ],
    runbooks: ['monitor-fault'],
  })
    .unit('percentunit')
    .max(1)
    .axisSoftMin(0.9);

export const skips = () =>
  colourNames(
    tell(counts(), {
      title: 'Skipped ticks, in the hour before',
      says: 'Ticks that started no attempt. Quarantine after lost codes and breaker after a 429 are as they should be; budget, spend_cap and no_free_account mean that the configuration asks for more than it allows.',
      asks: [
        overTime(
          round(counted(series(CATALOGUE.skips, thisProbe), HOUR.range, ['reason'])),
          HOUR,
          '{{reason}}',
        ),
      ],
      runbooks: ['ticks-skipped', 'rate-limited', 'spend'],
    }),
    SKIP_COLOURS,
  );

export const scheduleLag = () =>
  tell(lines(), {
    title: 'Schedule lag of the nodes',
    says: 'How late after its tick and jitter a node decided on its last attempt, of whichever probe. Seconds: the node is overloaded, or waits for accounts. Ticks that are too late are skipped as missed.',
    asks: [
      overTime(
        max(
          and(
            series(CATALOGUE.scheduleLag),
            lastOverTime(series(CATALOGUE.buildInfo, { location: isChosen }).range(NOW.range)),
          ).on(['job', 'instance']),
        ).by(['instance']),
        NOW,
        '{{instance}}',
      ),
    ],
    runbooks: ['ticks-skipped'],
  })
    .unit('s')
    .min(0)
    .axisSoftMax(1);

export const logoutFailures = () =>
  tell(counts(), {
    title: 'Failed logouts, in the hour before',
    says: 'Sessions that could not be ended. It never changes an outcome, but sessions pile up at the target: see the last request of such an attempt on the status page.',
    asks: [
      overTime(
        round(counted(series(CATALOGUE.logoutFailures, thisProbe), HOUR.range, ['probe'])),
        HOUR,
        '{{probe}}',
      ),
    ],
  });
