import { max, sub, sum, time } from '@grafana/promql-builder';
import { PROBE_STATES } from '../../../src/ports/operations.ts';
import { CATALOGUE } from '../../../src/metrics/catalogue.ts';
import { COLOUR, STATE_COLOURS } from '../colours.ts';
import { steps, tiles } from '../panels/kinds.ts';
import { lostAbove, wordsFor } from '../panels/mappings.ts';
import { tell } from '../panels/panel.ts';
import { now } from '../panels/targets.ts';
import { deliveryQuantile, onTimeShare } from '../queries/codes.ts';
import { encode, type Level } from '../queries/encode.ts';
import { worstOfFrequent, worstOfOccasional, worstOfRare, OUTCOME_LEVELS } from '../queries/outcomes.ts';
import { is, isChosen, isTheChosen, series } from '../series.ts';

const thisProbe = { probe: isTheChosen };
const itsRoutes = { probe: isTheChosen, route: isChosen };

const STATES: readonly Level[] = PROBE_STATES.map((state, value) => ({
  value,
  text: state,
  color: STATE_COLOURS[state],
}));

export const state = () =>
  tell(tiles(), {
    title: 'State',
    says: 'Active, paused by somebody, or in maintenance. Only an active probe measures anything: resume it on the status page when the reason is gone.',
    asks: [
      now(
        encode(
          PROBE_STATES.map((name, value) => ({
            value,
            query: max(series(CATALOGUE.probeState, { ...thisProbe, state: is(name) })).by([
              'probe',
              'state',
            ]),
          })),
          ['probe'],
        ),
        '{{probe}}',
      ),
    ],
    runbooks: ['not-measured'],
  }).mappings([wordsFor(STATES)]);

export const worst = () =>
  tell(tiles(), {
    title: 'Worst outcome lately',
    says: 'The worst in which an attempt ended in the 40 minutes before; 4 hours for a probe that runs less than half-hourly, a day for a daily one. The status page lists the attempts with their evidence.',
    asks: [
      now(worstOfFrequent({ ...thisProbe, location: isChosen }, '40m'), '{{probe}}'),
      now(worstOfOccasional({ ...thisProbe, location: isChosen }), '{{probe}}'),
      now(worstOfRare({ ...thisProbe, location: isChosen }), '{{probe}}'),
    ],
    runbooks: ['outage'],
  }).mappings([wordsFor(OUTCOME_LEVELS)]);

export const ages = () =>
  tell(tiles(), {
    title: 'Ago',
    says: 'How long ago the last attempt ended, and the last that got in. Attempts that end but do not get in: look at the outcomes. No attempts at all: look at the skips.',
    asks: [
      now(sub(time(), max(series(CATALOGUE.lastAttempt, thisProbe)).by(['probe'])), 'last attempt'),
      now(sub(time(), max(series(CATALOGUE.lastSuccess, thisProbe)).by(['probe'])), 'last success'),
    ],
    runbooks: ['not-measured', 'ticks-skipped'],
  })
    .unit('s')
    .decimals(0)
    .noValue('never')
    .thresholds(steps(COLOUR.nothing));

export const schedule = () =>
  tell(tiles(), {
    title: 'Schedule',
    says: 'The mean time between two ticks, and the deadline after which a code is late. What the ranges on this page have to fit: an hour should hold several attempts.',
    asks: [
      now(max(series(CATALOGUE.probeInterval, thisProbe)).by(['probe']), 'every'),
      now(max(series(CATALOGUE.probeDeadline, thisProbe)).by(['probe']), 'deadline'),
    ],
  })
    .unit('s')
    .decimals(0)
    .thresholds(steps(COLOUR.nothing));

export const running = () =>
  tell(tiles(), {
    title: 'Now',
    says: 'Attempts that run now, and codes that are past their deadline and still waited for. A code that stays overdue will be counted as lost at its expiry.',
    asks: [
      now(sum(series(CATALOGUE.attemptsInFlight, thisProbe)).by(['probe']), 'running'),
      now(sum(series(CATALOGUE.codesOverdue, thisProbe)).by(['probe']), 'overdue'),
    ],
    runbooks: ['codes-late'],
  })
    .unit('short')
    .decimals(0)
    .thresholds(steps(COLOUR.nothing));

export const onTime = () =>
  tell(tiles(), {
    title: 'Codes on time, 24 h',
    says: 'On time / (on time + late + lost + unreadable) of this probe and the chosen routes. Only probes by SMS have codes.',
    asks: [now(onTimeShare(itsRoutes, '24h', ['probe']), '{{probe}}')],
    runbooks: ['codes-late'],
  })
    .unit('percentunit')
    .decimals(1)
    .noValue('no codes')
    .thresholds(steps(COLOUR.lost, [0.9, COLOUR.late], [0.97, COLOUR.good]));

export const delivery = () =>
  tell(tiles(), {
    title: 'Delivery, 6 h',
    says: 'p50 and p95 over all codes, lost ones as the slowest. Compare with the deadline: p95 beyond it means that codes come, but too late for users.',
    asks: [0.5, 0.95].map((quantile) =>
      now(deliveryQuantile(quantile, itsRoutes, { range: '6h', by: ['probe'] }), `p${quantile * 100}`),
    ),
    runbooks: ['codes-late'],
  })
    .unit('s')
    .decimals(1)
    .noValue('no codes')
    .mappings([lostAbove()])
    .thresholds(steps(COLOUR.good, [30, COLOUR.late], [60, COLOUR.lost]));
