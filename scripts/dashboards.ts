// Writes grafana/dashboards/*.json from grafana/src: `npm run dashboards`.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { dashboards } from '../grafana/src/dashboards.ts';

export const DASHBOARDS = fileURLToPath(new URL('../grafana/dashboards/', import.meta.url));

/** The files as they should be: name and text. */
export const dashboardFiles = (): [name: string, text: string][] =>
  Object.entries(dashboards()).map(([name, dashboard]) => [
    name,
    `${JSON.stringify(dashboard, inSight, 2)}\n`,
  ]);

/** The SDK tucks links and annotations away in a menu of newer Grafanas, and has no way to say that they shall stand on the page. */
const inSight = (key: string, value: unknown): unknown =>
  key === 'placement' && value === 'inControlsMenu' ? undefined : value;

if (process.argv[1] === import.meta.filename) {
  for (const [name, text] of dashboardFiles()) await writeFile(`${DASHBOARDS}${name}`, text);
}
