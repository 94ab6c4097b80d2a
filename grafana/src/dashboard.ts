import {
  DashboardBuilder,
  DashboardCursorSync,
  type AnnotationQueryBuilder,
  type Dashboard,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { place, type Section } from './grid.ts';
import { atTheTop, TAG } from './links.ts';

export interface DashboardPlan {
  readonly uid: string;
  readonly title: string;
  readonly says: string;
  /** How much time is shown at first, as `24h`. */
  readonly shows: string;
  readonly variables: Builder<VariableModel>[];
  readonly annotations: AnnotationQueryBuilder[];
  readonly sections: readonly Section[];
}

export function build({
  uid,
  title,
  says,
  shows,
  variables,
  annotations,
  sections,
}: DashboardPlan): Dashboard {
  const dashboard = new DashboardBuilder(title)
    .uid(uid)
    .description(says)
    .tags([TAG])
    .time({ from: `now-${shows}`, to: 'now' })
    .refresh('1m')
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .links(atTheTop())
    .variables(variables)
    .annotations(annotations);
  return place(dashboard, sections).build();
}
