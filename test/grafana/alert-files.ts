import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

export const ALERTS = fileURLToPath(new URL('../../grafana/alerts/', import.meta.url));
const RUNBOOKS = fileURLToPath(new URL('../../docs/runbooks/', import.meta.url));

const Alert = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  keep_firing_for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['page', 'ticket']), about: z.string() }),
  annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook_url: z.string() }),
});
const Recording = z.strictObject({ record: z.string(), expr: z.string() });
const Group = z.strictObject({
  name: z.string(),
  interval: z.string().optional(),
  rules: z.array(z.union([Alert, Recording])),
});
const RuleFile = z.strictObject({ groups: z.array(Group) });

const Check = z.object({
  alertname: z.string(),
  eval_time: z.string(),
  exp_alerts: z.array(z.object({ exp_annotations: z.record(z.string(), z.string()).optional() })),
});
const TestFile = z.object({
  tests: z.array(z.object({ name: z.string(), alert_rule_test: z.array(Check).optional() })),
});

export type Alert = z.infer<typeof Alert>;
/** One of promtool's tests, as what it expects of one alert, in the order of time. */
export interface AlertCase {
  readonly alert: string;
  /** How many alerts are expected at each moment that is looked at. */
  readonly firing: readonly number[];
}

const filesIn = (folder: string, end: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(end))
    .map((name) => `${folder}/${name}`);

const readYaml = (path: string): unknown => parse(readFileSync(path, 'utf8'));

export const readRules = () =>
  filesIn(`${ALERTS}rules`, '.yml').flatMap((path) =>
    RuleFile.parse(readYaml(path)).groups.flatMap((group) => group.rules),
  );

export const isAlert = (rule: ReturnType<typeof readRules>[number]): rule is Alert => 'alert' in rule;

export function readCases(): AlertCase[] {
  const tests = filesIn(`${ALERTS}tests`, '.test.yml').flatMap(
    (path) => TestFile.parse(readYaml(path)).tests,
  );
  return tests.flatMap(({ alert_rule_test: checks = [] }) =>
    [...new Set(checks.map((check) => check.alertname))].map((alert) => ({
      alert,
      firing: checks
        .filter((check) => check.alertname === alert)
        .sort((a, b) => minutes(a.eval_time) - minutes(b.eval_time))
        .map((check) => check.exp_alerts.length),
    })),
  );
}

function minutes(time: string): number {
  const [, count, unit] = /^(\d+)([mh])$/.exec(time) ?? [];
  if (count === undefined) throw new Error(`eval_time ${time}: expected minutes or hours, as 45m or 27h`);
  return Number(count) * (unit === 'h' ? 60 : 1);
}

/** Names of runbooks without their extension; the index is none. */
export const readRunbooks = (): { readonly name: string; readonly text: string }[] =>
  filesIn(RUNBOOKS, '.md')
    .map((path) => ({ name: basename(path, '.md'), text: readFileSync(path, 'utf8') }))
    .filter(({ name }) => name !== 'README');
