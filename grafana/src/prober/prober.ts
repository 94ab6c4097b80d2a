import { verdictChanges } from '../annotations.ts';
import type { DashboardPlan } from '../dashboard.ts';
import { UID } from '../links.ts';
import { datasourceVariable, locationVariable, targetVariable } from '../variables.ts';
import * as inboxes from './inboxes.ts';
import * as nodes from './nodes.ts';
import { nodesTable } from './nodes-table.ts';
import * as process from './process.ts';
import * as stock from './stock.ts';

export const prober: DashboardPlan = {
  uid: UID.prober,
  title: 'twofa-prober: prober',
  says: 'Is the monitor itself well: its nodes, inboxes, leases, clocks, ticks, money and process.',
  shows: '24h',
  variables: [datasourceVariable(), targetVariable({ controls: false }), locationVariable()],
  annotations: [verdictChanges()],
  sections: [
    {
      title: 'Nodes',
      lines: [
        {
          height: 5,
          panels: [
            [3, nodes.nodesUp()],
            [3, nodes.storeUp()],
            [18, nodesTable()],
          ],
        },
        {
          height: 7,
          panels: [
            [8, nodes.answering()],
            [8, nodes.inFlight()],
            [8, nodes.leases()],
          ],
        },
      ],
    },
    {
      title: 'Inboxes',
      lines: [
        {
          height: 7,
          panels: [
            [6, inboxes.inboxes()],
            [8, inboxes.messages()],
            [6, inboxes.errors()],
            [4, inboxes.resolution()],
          ],
        },
      ],
    },
    {
      title: 'Ticks and clocks',
      lines: [
        {
          height: 8,
          panels: [
            [8, inboxes.queue()],
            [6, inboxes.ownFaults()],
            [5, inboxes.scheduleLag()],
            [5, nodes.clocks()],
          ],
        },
      ],
    },
    {
      title: 'Money and limits',
      lines: [
        {
          height: 8,
          panels: [
            [8, stock.spend()],
            [3, stock.spendShare()],
            [6, stock.budget()],
            [4, stock.breakers()],
            [3, stock.backupCodes()],
          ],
        },
      ],
    },
    {
      title: 'Process',
      lines: [
        {
          height: 8,
          panels: [
            [6, process.eventLoop()],
            [6, process.memory()],
            [6, process.cpu()],
            [6, process.openFiles()],
          ],
        },
      ],
    },
  ],
};
