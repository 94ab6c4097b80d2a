import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DashboardLinkBuilder, Panel, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { runbook } from '../links.ts';
import { DATASOURCE } from '../variables.ts';

/** What every kind of panel of the SDK has, though it has no common type. */
export interface Drawing extends Builder<Panel> {
  title(title: string): this;
  description(description: string): this;
  datasource(source: { type: string; uid: string }): this;
  targets(targets: Builder<Dataquery>[]): this;
  links(links: DashboardLinkBuilder[]): this;
  noValue(text: string): this;
  mappings(mappings: ValueMapping[]): this;
  overrideByName(name: string, properties: { id: string; value: unknown }[]): this;
}

export interface Telling {
  readonly title: string;
  /** What it shows, and what to do when it looks bad. */
  readonly says: string;
  readonly asks: readonly DataqueryBuilder[];
  /** Pages of docs/runbooks. */
  readonly runbooks?: readonly string[];
}

/** A panel that tells something. */
export function tell<Kind extends Drawing>(
  drawing: Kind,
  { title, says, asks, runbooks = [] }: Telling,
): Kind {
  return drawing
    .title(title)
    .description(says)
    .datasource(DATASOURCE)
    .targets(asks.map((query, index) => query.refId(String.fromCodePoint('A'.charCodeAt(0) + index))))
    .links(runbooks.map((page) => runbook(page)));
}

/** A fixed colour for each series of that name. */
export function colourNames<Kind extends Drawing>(
  drawing: Kind,
  colours: Readonly<Record<string, string>>,
): Kind {
  let coloured = drawing;
  for (const [name, fixedColor] of Object.entries(colours)) {
    coloured = coloured.overrideByName(name, [{ id: 'color', value: { mode: 'fixed', fixedColor } }]);
  }
  return coloured;
}
