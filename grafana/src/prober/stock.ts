import { div, max } from '@grafana/promql-builder';
import { CATALOGUE } from '../../../src/metrics/catalogue.ts';
import { COLOUR } from '../colours.ts';
import { bars, lines, states, steps } from '../panels/kinds.ts';
import { wordsFor } from '../panels/mappings.ts';
import { colourNames, tell } from '../panels/panel.ts';
import { now, overTime } from '../panels/targets.ts';
import { isChosen, series } from '../series.ts';
import { NOW } from '../windows.ts';

const spent = () => max(series(CATALOGUE.spendMonth)).by(['currency']);
const cap = () => max(series(CATALOGUE.spendCap)).by(['currency']);

export const spend = () =>
  colourNames(
    tell(lines(), {
      title: 'Spent this month',
      says: 'Spent and reserved in this UTC month, against the hard cap. A line that gets steeper: confirmations during an outage. At the cap SMS probes stop until the month ends: raise it, or probe less often.',
      asks: [overTime(spent(), NOW, 'spent {{currency}}'), overTime(cap(), NOW, 'cap')],
      runbooks: ['spend'],
    }),
    { cap: COLOUR.lost },
  )
    .unit('short')
    .decimals(2)
    .min(0);

export const spendShare = () =>
  tell(bars(), {
    title: 'Of the cap',
    says: 'The part of the month’s cap that is spent. From 80 % on an alert says so; at 100 % nothing is sent any more.',
    asks: [now(div(spent(), cap()), '{{currency}}')],
    runbooks: ['spend'],
  })
    .unit('percentunit')
    .min(0)
    .max(1)
    .thresholds(steps(COLOUR.good, [0.8, COLOUR.late], [0.95, COLOUR.lost]));

const chosen = { target: isChosen };

export const budget = () =>
  tell(lines(), {
    title: 'Attempts left under the limits',
    says: 'What perHour and perDay of each target still allow. A line at 0 skips ticks: raise the limit, or probe less often.',
    asks: [
      overTime(
        max(series(CATALOGUE.budgetRemaining, chosen)).by(['target', 'window']),
        NOW,
        '{{target}} this {{window}}',
      ),
    ],
    runbooks: ['ticks-skipped'],
  })
    .unit('short')
    .decimals(0)
    .min(0);

export const breakers = () =>
  tell(states(), {
    title: 'Breakers',
    says: 'Open: the target asked us to back off (429, locked account, CAPTCHA), and we do; nothing is measured meanwhile. Ask its owner to exempt the prober, or lower the rate. Never work around it.',
    asks: [overTime(max(series(CATALOGUE.breakerOpen, chosen)).by(['target']), NOW, '{{target}}')],
    runbooks: ['rate-limited'],
  }).mappings([
    wordsFor([
      { value: 0, text: 'closed', color: COLOUR.good },
      { value: 1, text: 'open', color: COLOUR.blocked },
    ]),
  ]);

export const backupCodes = () =>
  tell(bars(), {
    title: 'Backup codes left',
    says: 'Codes of each account that were not used yet; each attempt uses one. At 5 an alert asks for new ones: make them at the target, and put them into the configuration.',
    asks: [now(max(series(CATALOGUE.backupCodesRemaining)).by(['account']), '{{account}}')],
    runbooks: ['backup-codes'],
  })
    .unit('short')
    .decimals(0)
    .min(0)
    .noValue('no such accounts')
    .thresholds(steps(COLOUR.lost, [3, COLOUR.late], [6, COLOUR.good]));
