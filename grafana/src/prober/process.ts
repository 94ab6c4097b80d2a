import { max, rate, sum } from '@grafana/promql-builder';
import { lines } from '../panels/kinds.ts';
import { tell } from '../panels/panel.ts';
import { overTime } from '../panels/targets.ts';
import { atLocations, ofProcess } from '../queries/process.ts';
import { NOW, SCRAPES } from '../windows.ts';

export const eventLoop = () =>
  tell(lines(), {
    title: 'Event loop',
    says: 'How long the process kept everything waiting: p50 and p99 since the scrape before. Over 100 ms arrival times get less exact: give the host more CPU, or split the probes over nodes.',
    asks: [
      overTime(
        max(atLocations(ofProcess('nodejs_eventloop_lag_p99_seconds'))).by(['instance']),
        NOW,
        '{{instance}} p99',
      ),
      overTime(
        max(atLocations(ofProcess('nodejs_eventloop_lag_p50_seconds'))).by(['instance']),
        NOW,
        '{{instance}} p50',
      ),
    ],
    runbooks: ['monitor-fault'],
  })
    .unit('s')
    .min(0)
    .axisSoftMax(0.1);

export const memory = () =>
  tell(lines(), {
    title: 'Memory',
    says: 'Resident memory and the used JavaScript heap. A heap that grows for days and never falls is a leak: please report it, with the version.',
    asks: [
      overTime(
        max(atLocations(ofProcess('process_resident_memory_bytes'))).by(['instance']),
        NOW,
        '{{instance}} resident',
      ),
      overTime(
        max(atLocations(ofProcess('nodejs_heap_size_used_bytes'))).by(['instance']),
        NOW,
        '{{instance}} heap',
      ),
    ],
  })
    .unit('bytes')
    .min(0);

export const cpu = () =>
  tell(lines(), {
    title: 'CPU',
    says: 'Processor time of each node, in cores. A prober with tens of probes needs a few hundredths; browser flows need more.',
    asks: [
      overTime(
        sum(atLocations(rate(ofProcess('process_cpu_seconds_total').range(SCRAPES.range)))).by(['instance']),
        SCRAPES,
        '{{instance}}',
      ),
    ],
  })
    .unit('short')
    .decimals(2)
    .min(0)
    .axisSoftMax(0.2);

export const openFiles = () =>
  tell(lines(), {
    title: 'Open files and sockets',
    says: 'File descriptors of each node. A line that only rises ends at the limit of the host: please report it, with the version.',
    asks: [overTime(max(atLocations(ofProcess('process_open_fds'))).by(['instance']), NOW, '{{instance}}')],
  })
    .unit('short')
    .decimals(0)
    .min(0);
