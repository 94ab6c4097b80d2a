/** How a scrape is answered. */
export interface Format {
  readonly contentType: string;
  readonly openMetrics: boolean;
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const TEXT: Format = { contentType: 'text/plain; version=0.0.4; charset=utf-8', openMetrics: false };
export const OPEN_METRICS: Format = {
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  openMetrics: true,
};

interface Range {
  readonly type: string;
  readonly version: string | null;
  readonly quality: number;
}

/**
 * OpenMetrics for those who name it and like it no less than text; text for everybody else, also for those who
 * accept neither: a scraper tells more from an answer than from a 406.
 */
export function negotiate(accept: string | undefined): Format {
  const ranges = (accept ?? '').split(',').map(parseRange);
  const open = best(ranges, ['application/openmetrics-text'], '1.0.0');
  const text = best(ranges, ['text/plain', 'text/*', '*/*'], '0.0.4');
  return open > 0 && open >= text ? OPEN_METRICS : TEXT;
}

/** The quality of the most specific range that fits, as RFC 9110 section 12.5.1 has it; 0 without one. */
function best(ranges: readonly Range[], types: readonly string[], version: string): number {
  for (const type of types) {
    const fitting = ranges.filter((range) => range.type === type && (range.version ?? version) === version);
    if (fitting.length > 0) return Math.max(...fitting.map((range) => range.quality));
  }
  return 0;
}

function parseRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const value = (name: string) =>
    parameters.find((parameter) => parameter.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
  const quality = Number(value('q') ?? 1);
  return { type, version: value('version'), quality: quality >= 0 && quality <= 1 ? quality : 0 };
}
