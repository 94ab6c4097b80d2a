import { expect, test } from 'vitest';
import { negotiate, OPEN_METRICS, TEXT } from '../../src/metrics/negotiate.ts';

test.each([
  // What Prometheus 2.42 and 3 send.
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    OPEN_METRICS,
  ],
  [
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
    OPEN_METRICS,
  ],
  ['text/plain;version=0.0.4;q=0.5,*/*;q=0.1', TEXT],
  ['text/html,application/xhtml+xml,*/*;q=0.8', TEXT],
  ['*/*', TEXT],
  [undefined, TEXT],
  ['', TEXT],
  ['application/json', TEXT],
  ['application/openmetrics-text', OPEN_METRICS],
  ['Application/OpenMetrics-Text; Version=1.0.0', OPEN_METRICS],
  ['application/openmetrics-text;version=0.0.1', TEXT],
  ['application/openmetrics-text;q=0.4, text/plain', TEXT],
  ['application/openmetrics-text;q=0, */*', TEXT],
  ['application/openmetrics-text;q=nonsense', TEXT],
  ['application/openmetrics-text;q=0.5, */*;q=0.5', OPEN_METRICS],
])('a scrape that accepts %s is answered as it likes best', (accept, format) => {
  expect(negotiate(accept)).toBe(format);
});
