import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { RowBuilder, type DashboardBuilder, type Panel } from '@grafana/grafana-foundation-sdk/dashboard';

/** Panels beside one another, by their widths, of one height. */
export interface Line {
  readonly height: number;
  readonly panels: readonly (readonly [width: number, panel: Placeable])[];
}

export interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** What every kind of panel of the SDK is, as far as the grid goes. */
export interface Placeable extends Builder<Panel> {
  id(id: number): Placeable;
  gridPos(at: { x: number; y: number; w: number; h: number }): Placeable;
}

/** Grafana's grid. */
export const COLUMNS = 24;

/** Places all panels, line by line. Their ids are their places in that order: links to a panel stay as long as it stays there. */
export function place(dashboard: DashboardBuilder, sections: readonly Section[]): DashboardBuilder {
  let y = 0;
  let id = 0;
  for (const { title, lines } of sections) {
    dashboard.withRow(new RowBuilder(title).id((id += 1)).gridPos({ x: 0, y, w: COLUMNS, h: 1 }));
    y += 1;
    for (const { height, panels } of lines) {
      let x = 0;
      for (const [width, panel] of panels) {
        dashboard.withPanel(panel.id((id += 1)).gridPos({ x, y, w: width, h: height }));
        x += width;
      }
      if (x !== COLUMNS) throw new Error(`a line of "${title}" is ${x} columns wide, expected ${COLUMNS}`);
      y += height;
    }
  }
  return dashboard;
}
