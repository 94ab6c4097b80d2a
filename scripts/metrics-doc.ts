// Writes docs/metrics.md from the catalogue: `node scripts/metrics-doc.ts`.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { CATALOGUE, type Entry } from '../src/metrics/catalogue.ts';

export const METRICS_DOC = fileURLToPath(new URL('../docs/metrics.md', import.meta.url));

const HEAD = `# Metrics

Served at \`/metrics\`, as Prometheus text 0.0.4 or OpenMetrics 1.0.0 by the \`Accept\` header. Generated from
\`src/metrics/catalogue.ts\` by \`scripts/metrics-doc.ts\`; a test fails when this page is old.

- Times are in seconds. Timestamps are Unix seconds. Money is in the configured currency.
- Counters of everything that is configured start at 0, so that \`increase\` sees the first failure. Timestamps and last
  values are absent until there is one, and come back from the store after a restart. The series of a removed probe go.
- Labels are names of the configuration or words of a fixed list. Never a number, code, address, id or error text.
- Exemplars (OpenMetrics only; Prometheus needs \`--enable-feature=exemplar-storage\`) carry \`attempt_id\`, for
  \`/attempts/ID\` of the status page.
- The attempts of a control have \`target="control"\` and the control's name as \`probe\`. They enter no target's SLI.
- Where nodes share a store, gauges of the shared state show the same on each node: aggregate them with \`max\`, never
  with \`sum\`. Their help text says so.
- The default metrics of Node.js and the process (\`process_*\`, \`nodejs_*\`) are there too.

## The delivery SLI

\`\`\`promql
sum by (target) (increase(twofa_codes_total{result="on_time",target!="control"}[1d]))
/
sum by (target) (increase(twofa_codes_total{result=~"on_time|late|lost|unreadable",target!="control"}[1d]))
\`\`\`

\`redacted\` and \`unmeasured\` codes are ours to explain and do not count. \`twofa_codes_requested_total\` is always the sum of
all results and the codes that are still waited for.

A quantile over all codes, lost ones included, which stand above the top bucket:

\`\`\`promql
histogram_quantile(0.95, sum by (target, le) (increase(twofa_code_delivery_seconds_bucket[1d])))
\`\`\`

Never use \`twofa_code_delivery_seconds_sum\`: a lost code adds an hour to it.

## All metrics
`;

/** The page as it should be. */
export const metricsDocument = (): string =>
  `${HEAD}\n${Object.values(CATALOGUE)
    .map((entry) => describe(entry))
    .join('\n')}`;

function describe({ name, type, help, labels, buckets, exemplars }: Entry): string {
  const lines = [`### \`${name}\``, '', help, '', `- ${type}${exemplars ? ', with exemplars' : ''}`];
  if (labels.length > 0) lines.push(`- labels: ${labels.map((label) => `\`${label}\``).join(', ')}`);
  if (buckets.length > 0) lines.push(`- buckets: ${buckets.join(', ')}`);
  return `${lines.join('\n')}\n`;
}

if (process.argv[1] === import.meta.filename) await writeFile(METRICS_DOC, metricsDocument());
