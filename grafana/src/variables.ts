import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { VectorExprBuilder } from '@grafana/promql-builder';
import { CATALOGUE } from '../../src/metrics/catalogue.ts';
import { isChosen, series } from './series.ts';

/** The datasource that everything asks. */
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

export const datasourceVariable = (): DatasourceVariableBuilder =>
  new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus');

/** Targets; our own controls among them only where one wants to look at a control. */
export const targetVariable = ({ controls }: { controls: boolean }): QueryVariableBuilder => {
  const targets = several('target', 'Target', series(CATALOGUE.probeInfo));
  return controls ? targets : targets.regex('/^(?!control$).*/');
};

/** One probe: a dashboard in depth has no use for several. */
export const probeVariable = (): QueryVariableBuilder =>
  listed('probe', 'Probe', series(CATALOGUE.probeInfo, { target: isChosen }));

export const routeVariable = (selector: VectorExprBuilder): QueryVariableBuilder =>
  several('route', 'Route', selector);

export const locationVariable = (): QueryVariableBuilder =>
  several('location', 'Location', series(CATALOGUE.buildInfo));

/** The values of the label by which the variable is named. */
function listed(name: string, label: string, selector: VectorExprBuilder): QueryVariableBuilder {
  const query = `label_values(${selector.toString()}, ${name})`;
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query(query)
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
}

/** `.+` for all of them, so that one that comes later is in the picture at once. */
const several = (name: string, label: string, selector: VectorExprBuilder): QueryVariableBuilder =>
  listed(name, label, selector)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ selected: true, text: ['All'], value: ['$__all'] });
