import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { build, type DashboardPlan } from './dashboard.ts';
import { overview } from './overview/overview.ts';
import { probe } from './probe/probe.ts';
import { prober } from './prober/prober.ts';

const PLANS: readonly DashboardPlan[] = [overview, probe, prober];

/** All dashboards, by the name of their file. */
export const dashboards = (): Record<string, Dashboard> =>
  Object.fromEntries(PLANS.map((plan) => [`${plan.uid}.json`, build(plan)]));
