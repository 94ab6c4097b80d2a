import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';

/** Where the alerts' runbook_url leads too. */
const DOCS = 'https://github.com/twofa-prober/twofa-prober/blob/main/docs/';
export const TAG = 'twofa-prober';
export const UID = { overview: 'twofa-overview', probe: 'twofa-probe', prober: 'twofa-prober' } as const;

/** A page of docs/runbooks, without its extension. */
export const runbook = (page: string): DashboardLinkBuilder =>
  new DashboardLinkBuilder(`Runbook: ${page.replaceAll('-', ' ')}`)
    .type(DashboardLinkType.Link)
    .url(`${DOCS}runbooks/${page}.md`)
    .targetBlank(true);

/** At the top of each dashboard: the others, with what is chosen and the time kept, and what the words mean. */
export const atTheTop = (): DashboardLinkBuilder[] => [
  new DashboardLinkBuilder('twofa-prober')
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .includeVars(true)
    .keepTime(true),
  document('Runbooks', 'runbooks/README.md'),
  document('Metrics', 'metrics.md'),
];

const document = (title: string, path: string): DashboardLinkBuilder =>
  new DashboardLinkBuilder(title)
    .type(DashboardLinkType.Link)
    .icon('doc')
    .url(`${DOCS}${path}`)
    .targetBlank(true);

/** From a series to the dashboard of its probe or of its target's probes, at the same time. */
export const toProbe = (label: 'probe' | 'target'): DashboardLinkBuilder => {
  const chosen = `var-${label}=\${__field.labels.${label}}`;
  return new DashboardLinkBuilder(`Look at the ${label}`)
    .type(DashboardLinkType.Link)
    .url(`/d/${UID.probe}?\${datasource:queryparam}&${chosen}&\${__url_time_range}`);
};
