import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

export const DASHBOARDS = fileURLToPath(new URL('../../grafana/dashboards/', import.meta.url));

const Target = z.looseObject({
  refId: z.string(),
  expr: z.string(),
  instant: z.boolean(),
  range: z.boolean(),
  interval: z.string().optional(),
  format: z.string().optional(),
  exemplar: z.boolean().optional(),
  legendFormat: z.string().optional(),
  datasource: z.strictObject({ type: z.literal('prometheus'), uid: z.literal('${datasource}') }),
});
const Grid = z.strictObject({ x: z.int(), y: z.int(), w: z.int(), h: z.int() });
const Link = z.looseObject({ url: z.string().optional() });
const Override = z.strictObject({
  matcher: z.strictObject({ id: z.string(), options: z.string() }),
  properties: z.array(z.strictObject({ id: z.string(), value: z.unknown() })),
});
const FieldConfig = z.strictObject({
  defaults: z.looseObject({
    custom: z.unknown().optional(),
    links: z.array(Link).optional(),
    unit: z.string().optional(),
    noValue: z.string().optional(),
  }),
  overrides: z.array(Override),
});
const Panel = z.looseObject({
  type: z.string(),
  id: z.int(),
  title: z.string(),
  gridPos: Grid,
  description: z.string().optional(),
  targets: z.array(Target).default([]),
  links: z.array(Link).default([]),
  options: z.unknown().optional(),
  fieldConfig: FieldConfig.default({ defaults: {}, overrides: [] }),
});
const Variable = z.looseObject({
  name: z.string(),
  type: z.string(),
  query: z.string(),
  allValue: z.string().optional(),
  multi: z.boolean().optional(),
});
const Annotation = z.looseObject({ name: z.string(), expr: z.string(), step: z.string() });
const Dashboard = z.looseObject({
  uid: z.string(),
  title: z.string(),
  description: z.string(),
  time: z.strictObject({ from: z.string(), to: z.literal('now') }),
  panels: z.array(Panel),
  templating: z.strictObject({ list: z.array(Variable) }),
  annotations: z.strictObject({ list: z.array(Annotation) }),
  links: z.array(Link),
});

export type DashboardFile = z.output<typeof Dashboard>;
export type PanelInFile = z.output<typeof Panel>;
export type TargetInFile = z.output<typeof Target>;

/** The committed dashboards, as Grafana will read them. */
export const readDashboards = (): DashboardFile[] =>
  readdirSync(DASHBOARDS)
    .filter((name) => name.endsWith('.json'))
    .map((name) => Dashboard.parse(JSON.parse(readFileSync(`${DASHBOARDS}${name}`, 'utf8'))));

/** Panels that draw something; a row is only a heading. */
export const drawn = ({ panels }: DashboardFile): PanelInFile[] =>
  panels.filter(({ type }) => type !== 'row');

/** Every expression of a dashboard, with where it stands. */
export const expressions = (dashboard: DashboardFile): { where: string; expr: string }[] => [
  ...drawn(dashboard).flatMap(({ title, targets }) =>
    targets.map(({ refId, expr }) => ({ where: `${dashboard.uid} / ${title} / ${refId}`, expr })),
  ),
  ...dashboard.annotations.list.map(({ name, expr }) => ({
    where: `${dashboard.uid} / annotation ${name}`,
    expr,
  })),
];
