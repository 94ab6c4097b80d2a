import { expect, test } from 'vitest';
import { drawn, readDashboards } from './dashboard-files.ts';
import { compile, programOf, type NamedPanel } from './panel-types.ts';

const panels: NamedPanel[] = readDashboards().flatMap((dashboard) =>
  drawn(dashboard).map((panel) => ({ name: `${dashboard.uid} / ${panel.title}`, panel })),
);

test('options and fields of every panel are what @grafana/schema has for its kind', async () => {
  expect(await compile(programOf(panels))).toBe('');
});

test('a setting that is misspelt or has a value that Grafana does not know is found', async () => {
  const first = panels.find(({ panel }) => panel.type === 'timeseries');
  if (!first) throw new Error('there is no panel to spoil');
  const { panel } = first;
  const { defaults } = panel.fieldConfig;
  const spoilt = [
    { ...panel, options: { ...(panel.options as object), legent: {} } },
    {
      ...panel,
      fieldConfig: { ...panel.fieldConfig, defaults: { ...defaults, custom: { drawStyle: 'dashes' } } },
    },
    { ...panel, fieldConfig: { ...panel.fieldConfig, defaults: { ...defaults, units: 's' } } },
  ];
  const said = await compile(programOf(spoilt.map((one) => ({ name: 'spoilt', panel: one }))));
  expect(said.match(/error TS\d+: [^\n]*/g)).toEqual([
    expect.stringContaining(`'"legent"' does not exist`),
    expect.stringContaining('"dashes"'),
    expect.stringContaining(`'"units"' does not exist`),
  ]);
});
