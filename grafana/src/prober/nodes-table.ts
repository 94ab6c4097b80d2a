import { TableCellDisplayMode } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { max, min, sub, time } from '@grafana/promql-builder';
import { CATALOGUE } from '../../../src/metrics/catalogue.ts';
import type { Placeable } from '../grid.ts';
import { yesOrNo } from '../panels/mappings.ts';
import { tell } from '../panels/panel.ts';
import { rows } from '../panels/targets.ts';
import { atLocations, nodes, ofProcess, scraped } from '../queries/process.ts';
import { series, type Query } from '../series.ts';

interface Column {
  readonly name: string;
  readonly query: Query;
  readonly unit: string;
  readonly words?: readonly [yes: string, no: string];
}

const columns = (): readonly Column[] => [
  {
    name: 'Answers',
    query: max(atLocations(scraped(), '1h')).by(['instance']),
    unit: 'short',
    words: ['yes', 'no'],
  },
  {
    name: 'Up for',
    query: sub(time(), max(atLocations(ofProcess('process_start_time_seconds'))).by(['instance'])),
    unit: 's',
  },
  {
    name: 'Store',
    query: min(atLocations(series(CATALOGUE.storeUp))).by(['instance']),
    unit: 'short',
    words: ['up', 'down'],
  },
  {
    name: 'Configuration',
    query: min(atLocations(series(CATALOGUE.reloadSuccessful))).by(['instance']),
    unit: 'short',
    words: ['in use', 'refused'],
  },
  {
    name: 'Memory',
    query: max(atLocations(ofProcess('process_resident_memory_bytes'))).by(['instance']),
    unit: 'bytes',
  },
];

/** One row for each node: who it is, then a column for each query. */
export function nodesTable(): Placeable {
  const asked = columns();
  const table = tell(new Table().cellOptions({ type: TableCellDisplayMode.Auto }), {
    title: 'Nodes',
    says: 'Every node that was scraped in the last hour. One that does not answer: see its process and its host. A refused configuration: the old one stays in use, `check` says what is wrong. A store that is down: nothing new is started until it is back.',
    asks: [
      rows(max(nodes('1h')).by(['instance', 'location', 'version', 'node_version'])),
      ...asked.map(({ query }) => rows(query)),
    ],
    runbooks: ['prober-down', 'store-down', 'config-reload'],
  });
  asOneRowEach(table, asked);
  for (const { name, unit, words } of asked) {
    table.overrideByName(name, [{ id: 'unit', value: unit }]);
    if (!words) continue;
    table.overrideByName(name, [
      { id: 'mappings', value: [yesOrNo(...words)] },
      { id: 'custom.cellOptions', value: { type: 'color-text' } },
    ]);
  }
  return withoutFooter(table);
}

/** The queries give a table each; Grafana names their values by the letter of the query. */
function asOneRowEach(table: Table, asked: readonly Column[]): void {
  const valueOf = (index: number): string => `Value #${String.fromCodePoint('A'.charCodeAt(0) + index)}`;
  const renameByName = {
    instance: 'Node',
    location: 'Location',
    version: 'Version',
    node_version: 'Node.js',
    ...Object.fromEntries(asked.map(({ name }, index) => [valueOf(index + 1), name])),
  };
  table.withTransformation({ id: 'merge', options: {} });
  table.withTransformation({
    id: 'organize',
    options: { excludeByName: { Time: true, [valueOf(0)]: true }, indexByName: {}, renameByName },
  });
}

/** The SDK always sets a footer; Grafana 13 has none. */
function withoutFooter(table: Table): Placeable {
  const placed: Placeable = {
    id(id) {
      table.id(id);
      return placed;
    },
    gridPos(at) {
      table.gridPos(at);
      return placed;
    },
    build() {
      const panel = table.build();
      const { footer: _footer, ...options } = panel.options as Record<string, unknown>;
      return { ...panel, options };
    },
  };
  return placed;
}
