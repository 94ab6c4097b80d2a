import { BigValueTextMode } from '@grafana/grafana-foundation-sdk/common';
import { div, max, mul, n, sub, time, vector } from '@grafana/promql-builder';
import { CATALOGUE } from '../../../src/metrics/catalogue.ts';
import { COLOUR } from '../colours.ts';
import { toProbe } from '../links.ts';
import { steps, tiles } from '../panels/kinds.ts';
import { lostAbove, wordsFor } from '../panels/mappings.ts';
import { tell } from '../panels/panel.ts';
import { now } from '../panels/targets.ts';
import { deliveryQuantile, onTimeShare } from '../queries/codes.ts';
import { verdictNow, VERDICTS } from '../queries/verdict.ts';
import { chosenTarget, is, isChosen, isNot, series } from '../series.ts';

const chosenRoutes = { ...chosenTarget, route: isChosen };

/** One sentence of the status page, as a tile. */
export const verdict = () =>
  tell(tiles(), {
    title: 'Verdict',
    says: 'Which part is broken, by the evidence of all probes, controls and the canary. Anything but healthy or inconclusive names a part: red is the target’s code sender or the way to the phone, orange the target’s login, purple is ours and nobody is locked out. Open the runbook; the status page of the daemon shows the evidence.',
    asks: [now(verdictNow(), '{{target}}')],
    runbooks: ['outage', 'login-broken'],
  })
    .mappings([wordsFor(VERDICTS)])
    .dataLinks([toProbe('target')]);

export const onTime = () =>
  tell(tiles(), {
    title: 'Codes on time, 24 h',
    says: 'On time / (on time + late + lost + unreadable), the delivery SLI. Codes that we failed to measure do not count. Green from 97 %, the objective as shipped. When it is low, look below at which route and since when.',
    asks: [now(onTimeShare(chosenRoutes, '24h', ['target']), '{{target}}')],
    runbooks: ['codes-late'],
  })
    .unit('percentunit')
    .decimals(1)
    .noValue('no code yet')
    .thresholds(steps(COLOUR.lost, [0.9, COLOUR.late], [0.97, COLOUR.good]));

/** 1 with nothing lost, 0 when as much was lost as the objective allows, below 0 beyond. */
export const errorBudget = () =>
  tell(tiles(), {
    title: 'Error budget left, 30 d',
    says: 'What is left of the late, lost and unreadable codes that the objective (twofa:slo_budget:ratio, 3 % as shipped) allows in 30 days. Below 0 the objective is missed. Needs the recording rules of grafana/alerts.',
    asks: [
      now(
        sub(
          n(1),
          div(
            sub(
              n(1),
              max(vector('target:twofa_codes_sli:ratio30d').labelMatchRegexp('target', '$target')).by([
                'target',
              ]),
            ),
            max(vector('twofa:slo_budget:ratio')),
          )
            .on(['job'])
            .groupLeft([]),
        ),
        '{{target}}',
      ),
    ],
    runbooks: ['codes-late'],
  })
    .unit('percentunit')
    .decimals(0)
    .noValue('no recording rules')
    .thresholds(steps(COLOUR.lost, [0, 'orange'], [0.25, COLOUR.late], [0.5, COLOUR.good]));

export const sinceLastSuccess = () =>
  tell(tiles(), {
    title: 'Last SMS sign-in',
    says: 'How long ago somebody got in by a code from an SMS, ok or late. Yellow after 20 minutes, red after an hour: right for a code every 5 to 15 minutes. If it grows and no verdict says why, see whether ticks are skipped (Probe dashboard).',
    asks: [
      now(
        sub(
          time(),
          max(
            mul(
              series(CATALOGUE.lastSuccess),
              max(series(CATALOGUE.probeInfo, { ...chosenTarget, factor: is('sms') })).by([
                'probe',
                'target',
              ]),
            )
              .on(['probe'])
              .groupLeft(['target']),
          ).by(['target']),
        ),
        '{{target}}',
      ),
    ],
    runbooks: ['not-measured'],
  })
    .unit('s')
    .decimals(0)
    .noValue('never')
    .thresholds(steps(COLOUR.good, [1200, COLOUR.late], [3600, COLOUR.lost]));

export const delivery = () =>
  tell(tiles(), {
    title: 'Delivery, 6 h',
    says: 'How long half of the codes took (p50) and all but the slowest twentieth (p95), from the request to the message at us. Lost codes count as the slowest: where a quantile is among them it says lost.',
    asks: [0.5, 0.95].map((quantile) =>
      now(
        deliveryQuantile(quantile, chosenRoutes, { range: '6h', by: ['target'] }),
        `{{target}} p${quantile * 100}`,
      ),
    ),
    runbooks: ['codes-late'],
  })
    .unit('s')
    .decimals(1)
    .noValue('no code yet')
    .textMode(BigValueTextMode.ValueAndName)
    .mappings([lostAbove()])
    .thresholds(steps(COLOUR.good, [30, COLOUR.late], [60, COLOUR.lost]));

/** What the limits of each target still allow; at 0 ticks are skipped. */
export const attemptsLeft = () =>
  tell(tiles(), {
    title: 'Attempts left',
    says: 'Attempts that the limits of the target (perHour, perDay) still allow. At 0 ticks are skipped and nothing is measured: confirmations during an outage use it up. Raise the limits, or probe less often.',
    asks: [
      now(
        max(series(CATALOGUE.budgetRemaining, { target: [isChosen, isNot('control')] })).by([
          'target',
          'window',
        ]),
        '{{target}} this {{window}}',
      ),
    ],
    runbooks: ['ticks-skipped'],
  })
    .unit('short')
    .decimals(0)
    .thresholds(steps(COLOUR.lost, [1, COLOUR.late], [10, COLOUR.good]));
