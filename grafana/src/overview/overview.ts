import type { DashboardPlan } from '../dashboard.ts';
import { verdictChanges } from '../annotations.ts';
import { UID } from '../links.ts';
import { CATALOGUE } from '../../../src/metrics/catalogue.ts';
import { chosenTarget, series } from '../series.ts';
import { datasourceVariable, routeVariable, targetVariable } from '../variables.ts';
import * as now from './now.ts';
import * as overTime from './over-time.ts';

export const overview: DashboardPlan = {
  uid: UID.overview,
  title: 'twofa-prober: overview',
  says: 'For each target: is the code arriving, and if not, which part is broken and since when.',
  shows: '24h',
  variables: [
    datasourceVariable(),
    targetVariable({ controls: false }),
    routeVariable(series(CATALOGUE.codes, chosenTarget)),
  ],
  annotations: [verdictChanges()],
  sections: [
    {
      title: 'Is the code arriving?',
      lines: [
        {
          height: 5,
          panels: [
            [5, now.verdict()],
            [4, now.onTime()],
            [4, now.errorBudget()],
            [3, now.sinceLastSuccess()],
            [5, now.delivery()],
            [3, now.attemptsLeft()],
          ],
        },
        { height: 4, panels: [[24, overTime.verdicts()]] },
        { height: 7, panels: [[24, overTime.outcomes()]] },
      ],
    },
    {
      title: 'How good is it?',
      lines: [
        {
          height: 9,
          panels: [
            [12, overTime.shareOnTime()],
            [12, overTime.delivery()],
          ],
        },
      ],
    },
    {
      title: 'On which way do codes get lost?',
      lines: [
        {
          height: 8,
          panels: [
            [12, overTime.routes()],
            [12, overTime.detectors()],
          ],
        },
        {
          height: 8,
          panels: [
            [12, overTime.badCodes()],
            [12, overTime.confirmations()],
          ],
        },
      ],
    },
  ],
};
