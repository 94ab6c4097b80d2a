import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PanelInFile } from './dashboard-files.ts';

const ROOT = join(import.meta.dirname, '../..');
const COMPOSABLE = '@grafana/schema/dist/esm/raw/composable';

/** Kinds of panels, with where @grafana/schema has their types and whether their fields have settings of their own. */
const KINDS: Readonly<Record<string, { module: string; fields: boolean }>> = {
  bargauge: { module: 'bargauge/panelcfg/x/BarGaugePanelCfg_types.gen', fields: false },
  heatmap: { module: 'heatmap/panelcfg/x/HeatmapPanelCfg_types.gen', fields: true },
  stat: { module: 'stat/panelcfg/x/StatPanelCfg_types.gen', fields: false },
  'state-timeline': { module: 'statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen', fields: true },
  'status-history': { module: 'statushistory/panelcfg/x/StatusHistoryPanelCfg_types.gen', fields: true },
  table: { module: 'table/panelcfg/x/TablePanelCfg_types.gen', fields: true },
  timeseries: { module: 'timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen', fields: true },
};

/**
 * A type as it is in JSON: members of an enum are their texts and numbers. A literal of it may have no key that the type does
 * not know, so that a setting that Grafana would ignore is found too.
 */
const HEAD = `import type * as schema from '@grafana/schema';
type Json<T> = T extends string ? \`\${T}\` : T extends number | boolean | null | undefined ? T
  : T extends readonly (infer Item)[] ? Json<Item>[] : T extends object ? { [Key in keyof T]: Json<T[Key]> } : T;
type Field = Omit<schema.FieldConfig, 'custom'>;
type Grafana = Omit<schema.Panel, 'options' | 'fieldConfig' | 'targets' | 'type'>;
type Mapping = NonNullable<schema.FieldConfig['mappings']>;
`;

export interface NamedPanel {
  readonly name: string;
  readonly panel: PanelInFile;
}

/** A program of TypeScript that compiles when the panels are what @grafana/schema says of their kind. */
export function programOf(panels: readonly NamedPanel[]): string {
  const kinds = Object.entries(KINDS).map(
    ([kind, { module }]) => `import type * as ${variable(kind)} from '${COMPOSABLE}/${module}';`,
  );
  return [...kinds, HEAD, ...panels.map((one, index) => checksOf(one, index))].join('\n');
}

function checksOf({ name, panel }: NamedPanel, index: number): string {
  const { type, options, fieldConfig, targets: _targets, ...rest } = panel;
  const kind = KINDS[type];
  if (!kind) throw new Error(`${name}: no types are known for a panel of type ${type}; add it to KINDS`);
  const { custom, ...field } = fieldConfig.defaults;
  const its = variable(type);
  const checks = [
    ['panel', 'Json<Grafana>', rest],
    ['options', `Json<${its}.Options>`, options],
    ['field', 'Json<Field>', field],
    ...(custom === undefined ? [] : [['custom', kind.fields ? `Json<${its}.FieldConfig>` : '{}', custom]]),
    ...fieldConfig.overrides.flatMap(({ properties }) =>
      properties.map(({ id, value }) => {
        const [whole = '', key] = id.split('.');
        const from = key === undefined ? 'Field' : `Partial<${its}.FieldConfig>`;
        return [`override_${whole}`, `Json<Required<${from}>['${key ?? whole}']>`, value];
      }),
    ),
  ] as const;
  const lines = checks.map(
    ([what, wanted, value], check) =>
      `export const ${String(what)}_${index}_${check}: ${String(wanted)} = ${JSON.stringify(value)};`,
  );
  return `// ${name}\n${lines.join('\n')}`;
}

const variable = (kind: string): string => kind.replaceAll('-', '_');

/** What the compiler says of a program; nothing when it is right. */
export async function compile(program: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'twofa-panel-types-'));
  try {
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'panels.ts'), program);
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const flags = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--types',
      '',
      '--pretty',
      'false',
    ];
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, ...flags, 'panels.ts'], {
      cwd: folder,
    }).catch((error: Error & { stdout?: string }) => ({ stdout: error.stdout ?? error.message }));
    return stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
