import { CATALOGUE } from '../../../src/metrics/catalogue.ts';
import { maintenance, verdictChanges } from '../annotations.ts';
import type { DashboardPlan } from '../dashboard.ts';
import { UID } from '../links.ts';
import { isTheChosen, series } from '../series.ts';
import {
  datasourceVariable,
  locationVariable,
  probeVariable,
  routeVariable,
  targetVariable,
} from '../variables.ts';
import * as attempts from './attempts.ts';
import * as codes from './codes.ts';
import * as now from './now.ts';

export const probe: DashboardPlan = {
  uid: UID.probe,
  title: 'twofa-prober: probe',
  says: 'One probe, or one control of our own, in depth: where the time goes, what became of its codes, why it did not run.',
  shows: '24h',
  variables: [
    datasourceVariable(),
    targetVariable({ controls: true }),
    probeVariable(),
    locationVariable(),
    routeVariable(series(CATALOGUE.codes, { probe: isTheChosen })),
  ],
  annotations: [verdictChanges(), maintenance()],
  sections: [
    {
      title: 'Now',
      lines: [
        {
          height: 4,
          panels: [
            [3, now.state()],
            [4, now.worst()],
            [4, now.ages()],
            [3, now.schedule()],
            [3, now.running()],
            [3, now.onTime()],
            [4, now.delivery()],
          ],
        },
      ],
    },
    {
      title: 'Attempts',
      lines: [
        {
          height: 9,
          panels: [
            [12, attempts.stages()],
            [12, attempts.outcomes()],
          ],
        },
      ],
    },
    {
      title: 'Codes',
      lines: [
        { height: 10, panels: [[24, codes.deliveryHeat()]] },
        {
          height: 9,
          panels: [
            [12, codes.quantiles()],
            [12, codes.badCodes()],
          ],
        },
        {
          height: 8,
          panels: [
            [12, codes.phones()],
            [12, codes.overdue()],
          ],
        },
      ],
    },
    {
      title: 'Why it did not run, and where',
      lines: [
        {
          height: 8,
          panels: [
            [8, attempts.skips()],
            [6, attempts.scheduleLag()],
            [5, attempts.locations()],
            [5, attempts.logoutFailures()],
          ],
        },
      ],
    },
  ],
};
