type LabelSet = Readonly<Record<string, string | number>>;

const written = new WeakMap<LabelSet, string>();

/** For label sets that live as long as their series: each is written once. */
export function formatKeptLabels(labels: LabelSet): string {
  const known = written.get(labels);
  if (known !== undefined) return known;
  const text = formatLabels(labels);
  written.set(labels, text);
  return text;
}

/** `{a="x",le="30.0"}`, or nothing. */
export function formatLabels(labels: LabelSet): string {
  let text = '';
  for (const name in labels) {
    const value = labels[name];
    if (value === undefined) continue;
    text += `${text === '' ? '{' : ','}${name}="${name === 'le' ? formatBound(value) : escapeLabel(String(value))}"`;
  }
  return text === '' ? '' : `${text}}`;
}

/** Always as a float, so that a bucket is the same series in both formats. */
function formatBound(value: string | number): string {
  const number = Number(value);
  return Number.isInteger(number) ? `${number}.0` : String(value);
}

/** As Go and Prometheus read it. */
export function formatNumber(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

const escapeLabel = (text: string): string =>
  /[\\"\n]/.test(text) ? text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n') : text;

/** OpenMetrics escapes quotes in a help text too. */
export function escapeHelp(text: string, openMetrics: boolean): string {
  const escaped = text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
  return openMetrics ? escaped.replace(/"/g, '\\"') : escaped;
}
