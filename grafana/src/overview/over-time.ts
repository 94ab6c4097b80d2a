import { ScaleDistribution, ScaleDistributionConfigBuilder } from '@grafana/grafana-foundation-sdk/common';
import { round } from '@grafana/promql-builder';
import { CATALOGUE } from '../../../src/metrics/catalogue.ts';
import { COLOUR, RESULT_COLOURS } from '../colours.ts';
import { toProbe } from '../links.ts';
import { cells, counts, lines, states, steps } from '../panels/kinds.ts';
import { lostAbove, wordsFor } from '../panels/mappings.ts';
import { colourNames, tell } from '../panels/panel.ts';
import { overTime, withExemplars } from '../panels/targets.ts';
import { deliveryQuantile, objective, onTimeShare } from '../queries/codes.ts';
import { OUTCOME_LEVELS, worstOfFrequent, worstOfOccasional, worstOfRare } from '../queries/outcomes.ts';
import { detectorsNow, DETECTORS, verdictNow, VERDICTS } from '../queries/verdict.ts';
import { chosenTarget, counted, isChosen, isChosenOrControl, isOneOf, series } from '../series.ts';
import { HOUR, NOW, ROUTE_HOURS, SIX_HOURS, SOON } from '../windows.ts';

const chosenRoutes = { ...chosenTarget, route: isChosen };
const withControls = { target: isChosenOrControl };
const OBJECTIVE = 'objective';

export const verdicts = () =>
  tell(states(), {
    title: 'Verdict over time',
    says: 'Which part was believed broken, and from when to when. A verdict is named from 90 % certainty on; before that it is inconclusive. Compare the start with your deployments.',
    asks: [overTime(verdictNow(), NOW, '{{target}}')],
    runbooks: ['outage'],
  })
    .mappings([wordsFor(VERDICTS)])
    .dataLinks([toProbe('target')]);

export const outcomes = () =>
  tell(states(), {
    title: 'Outcomes',
    says: 'The worst in which an attempt of the probe ended in the 40 minutes before (4 hours for probes that run less than half-hourly, a day for daily ones). If SMS is red while the authenticator app is green, the sending of codes is broken and not the login; if a control of our own is green too, so is the way to our phones. Purple is ours. Click a row for its probe.',
    asks: [
      overTime(worstOfFrequent(withControls, SOON.range), SOON, '{{probe}}'),
      overTime(worstOfOccasional(withControls), SOON, '{{probe}}'),
      overTime(worstOfRare(withControls), SOON, '{{probe}}'),
    ],
    runbooks: ['outage', 'login-broken', 'challenge-missing'],
  })
    .mappings([wordsFor(OUTCOME_LEVELS)])
    .dataLinks([toProbe('probe')]);

export const shareOnTime = () =>
  colourNames(
    tell(lines(), {
      title: 'Codes on time against the objective',
      says: 'The delivery SLI of the 6 hours before, and the objective that the recording rules have. Under the line for hours: the error budget burns. With 24 to 72 codes in 6 hours one bad code is 1 to 4 %.',
      asks: [
        overTime(onTimeShare(chosenRoutes, SIX_HOURS.range, ['target']), SIX_HOURS, '{{target}}'),
        overTime(objective(), SIX_HOURS, OBJECTIVE),
      ],
      runbooks: ['codes-late'],
    }),
    { [OBJECTIVE]: COLOUR.nothing },
  )
    .unit('percentunit')
    .max(1)
    .axisSoftMin(0.9);

export const delivery = () =>
  tell(lines(), {
    title: 'Delivery of all codes, 6 h',
    says: 'p50 and p95 over all codes of the 6 hours before. Lost codes are in it as the slowest: a line at 30 min means that this quantile was lost, so an outage never looks like an improvement. Dots are single codes and lead to the attempt. p95 up and p50 flat: one route or retries; both up: the sender is slow.',
    asks: [
      withExemplars(
        deliveryQuantile(0.5, chosenRoutes, { range: SIX_HOURS.range, by: ['target'] }),
        SIX_HOURS,
        '{{target}} p50',
      ),
      overTime(
        deliveryQuantile(0.95, chosenRoutes, { range: SIX_HOURS.range, by: ['target'] }),
        SIX_HOURS,
        '{{target}} p95',
      ),
    ],
    runbooks: ['codes-late'],
  })
    .unit('s')
    .min(0.5)
    .scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Log).log(2))
    .mappings([lostAbove()]);

export const routes = () =>
  tell(cells(), {
    title: 'Routes: codes on time',
    says: 'The part of the codes of a route that came on time in the 2 hours before: one red row is a carrier or a number, all rows red are the sender. Narrow down with the route at the top.',
    asks: [
      overTime(
        onTimeShare(chosenRoutes, ROUTE_HOURS.range, ['target', 'route']),
        ROUTE_HOURS,
        '{{target}} {{route}}',
      ),
    ],
    runbooks: ['outage', 'number-trouble'],
  })
    .unit('percentunit')
    .decimals(0)
    .min(0)
    .max(1)
    .thresholds(steps(COLOUR.lost, [0.5, 'orange'], [0.9, COLOUR.late], [0.97, COLOUR.good]))
    .dataLinks([toProbe('target')]);

export const detectors = () =>
  tell(states(), {
    title: 'Detectors',
    says: 'What the detector of each route believes: nearly all codes lost, a third lost (partial), or four times slower. Suspect starts confirmations and pages nobody. Muted: too little was learned, or we cannot measure. The route all weighs all routes together.',
    asks: [overTime(detectorsNow(), NOW, '{{target}} {{route}}')],
    runbooks: ['outage'],
  }).mappings([wordsFor(DETECTORS)]);

export const badCodes = () =>
  colourNames(
    tell(counts(), {
      title: 'Codes that were not on time, in the hour before',
      says: 'Late, lost and unreadable codes count against the target; redacted and unmeasured ones are ours to explain and do not. One lost code an hour is a good day for SMS.',
      asks: [
        overTime(
          round(
            counted(
              series(CATALOGUE.codes, {
                ...chosenRoutes,
                result: isOneOf('late', 'lost', 'unreadable', 'redacted', 'unmeasured'),
              }),
              HOUR.range,
              ['result'],
            ),
          ),
          HOUR,
          '{{result}}',
        ),
      ],
      runbooks: ['codes-late', 'codes-unreadable', 'codes-unmeasured'],
    }),
    RESULT_COLOURS,
  );

export const confirmations = () =>
  tell(counts(), {
    title: 'Confirmations, in the hour before',
    says: 'Probes that a detector asked for outside the schedule, to be sure sooner. They cost money and budget; many of them without an alarm mean a route that often loses codes.',
    asks: [
      overTime(
        round(counted(series(CATALOGUE.confirmations, chosenRoutes), HOUR.range, ['target', 'route'])),
        HOUR,
        '{{target}} {{route}}',
      ),
    ],
    runbooks: ['spend'],
  });
