import {
  LineInterpolation,
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
  VisibilityMode,
} from '@grafana/grafana-foundation-sdk/common';
import { and, max, round, sum } from '@grafana/promql-builder';
import { CATALOGUE } from '../../../src/metrics/catalogue.ts';
import { COLOUR, RESULT_COLOURS } from '../colours.ts';
import { buckets } from '../panels/delivery-heat.ts';
import { counts, lines } from '../panels/kinds.ts';
import { lostAbove } from '../panels/mappings.ts';
import { colourNames, tell } from '../panels/panel.ts';
import { heat, overTime } from '../panels/targets.ts';
import { deliveryQuantile } from '../queries/codes.ts';
import { bucketsOf, counted, is, isChosen, isNot, isTheChosen, series } from '../series.ts';
import { HOUR, NOW, SIX_HOURS } from '../windows.ts';

const thisProbe = { probe: isTheChosen };
const itsRoutes = { probe: isTheChosen, route: isChosen };
const DEADLINE = 'deadline';
const logarithmic = () => new ScaleDistributionConfigBuilder().type(ScaleDistribution.Log).log(2);

export const deliveryHeat = () =>
  tell(buckets(), {
    title: 'Delivery: codes in the hour before, by the time they took',
    says: 'The row above 30 min holds the codes that never came. A band that moves up: slower; a second band a minute or two above: retries of the carrier; a full top row: an outage. Dots are single attempts; a click leads to the page of the attempt on the daemon, with all its evidence.',
    asks: [heat(counted(bucketsOf(CATALOGUE.codeDelivery, itsRoutes), HOUR.range, ['le']), HOUR)],
    runbooks: ['codes-late', 'outage'],
  });

export const quantiles = () =>
  colourNames(
    tell(lines(), {
      title: 'Delivery of all codes by route, 6 h',
      says: 'p50 and p95 over all codes of the 6 hours before, lost ones as the slowest, against the deadline. One route away from the others: its carrier. A line at 30 min means that the quantile was lost.',
      asks: [
        ...[0.5, 0.95].map((quantile) =>
          overTime(
            deliveryQuantile(quantile, itsRoutes, { range: SIX_HOURS.range, by: ['route'] }),
            SIX_HOURS,
            `{{route}} p${quantile * 100}`,
          ),
        ),
        overTime(max(series(CATALOGUE.probeDeadline, thisProbe)).by(['probe']), SIX_HOURS, DEADLINE),
      ],
      runbooks: ['codes-late', 'number-trouble'],
    }),
    { [DEADLINE]: COLOUR.nothing },
  )
    .unit('s')
    .min(0.5)
    .scaleDistribution(logarithmic())
    .mappings([lostAbove()]);

/** Which inboxes the phones of the probe are read from. */
const itsInboxes = () =>
  max(
    and(series(CATALOGUE.phoneInfo), max(series(CATALOGUE.codesRequested, itsRoutes)).by(['phone'])).on([
      'phone',
    ]),
  ).by(['inbox']);

export const badCodes = () =>
  colourNames(
    tell(counts(), {
      title: 'Late, lost, duplicate: in the hour before',
      says: 'Codes that were not on time, codes counted as lost that came after all, and copies of messages in the inboxes of this probe. Lost and then arrived: the expiry is too short, or delivery is very slow. Duplicates are harmless, and a sign of retries at the carrier.',
      asks: [
        overTime(
          round(
            counted(series(CATALOGUE.codes, { ...itsRoutes, result: isNot('on_time') }), HOUR.range, [
              'result',
            ]),
          ),
          HOUR,
          '{{result}}',
        ),
        overTime(
          round(counted(series(CATALOGUE.arrivedAfterExpiry, itsRoutes), HOUR.range, ['probe'])),
          HOUR,
          'arrived after expiry',
        ),
        overTime(
          round(
            and(
              counted(series(CATALOGUE.inboxMessages, { disposition: is('duplicate') }), HOUR.range, [
                'inbox',
              ]),
              itsInboxes(),
            ).on(['inbox']),
          ),
          HOUR,
          'duplicates in {{inbox}}',
        ),
      ],
      runbooks: ['codes-late', 'codes-unreadable', 'codes-unmeasured'],
    }),
    { ...RESULT_COLOURS, 'arrived after expiry': 'dark-yellow' },
  );

export const phones = () =>
  tell(lines(), {
    title: 'Last delivery by phone',
    says: 'How long the last code that arrived at each phone took; lost ones do not show here. A phone whose line stays flat gets nothing any more: see whether the number is dead or blocked.',
    asks: [overTime(max(series(CATALOGUE.lastDelivery, thisProbe)).by(['phone']), NOW, '{{phone}}')],
    runbooks: ['number-trouble'],
  })
    .unit('s')
    .min(0.5)
    .scaleDistribution(logarithmic())
    .lineInterpolation(LineInterpolation.StepAfter)
    .lineWidth(1)
    .showPoints(VisibilityMode.Never);

export const overdue = () =>
  tell(counts(), {
    title: 'Overdue codes',
    says: 'Codes past their deadline that are still waited for, by phone. All phones at once: the sender; phones of one carrier: the carrier; always the same one: the number.',
    asks: [overTime(sum(series(CATALOGUE.codesOverdue, thisProbe)).by(['phone']), NOW, '{{phone}}')],
    runbooks: ['outage', 'number-trouble'],
  });
