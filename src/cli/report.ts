import { openReader } from '../app/open-reader.ts';
import type { Config } from '../config/config.ts';
import { createReport, type Report, type ReportFacts } from '../domain/report/report.ts';
import type { Period } from '../domain/report/outages.ts';
import type { Micros } from '../domain/units.ts';
import { storedChanges } from '../engine/watch/verdict-history.ts';
import { StoreDown } from '../ports/store.ts';
import { createSystemClock } from '../runtime/system-clock.ts';
import { loadOrShow, type CommandContext } from './context.ts';
import { EXIT } from './exit-status.ts';
import { readSamples } from './read-samples.ts';
import { renderReportCsv } from './report-csv.ts';
import type { ReportFlags, ReportTable } from './report-flags.ts';
import { renderReportJson } from './report-json.ts';
import { renderReportText } from './report-text.ts';
import { SINCE_EXPECTED, sinceWhen } from './since.ts';

/** What the ledger says of the UTC month that the report was made in. */
export interface Ledger {
  readonly spentThisMonth: Micros;
  readonly cap: Config['spend'];
}

/** `report`: what a period looked like, out of the store, also while a daemon works on it. */
export async function report(context: CommandContext, flags: ReportFlags): Promise<number> {
  const { terminal, interrupted } = context;
  const until = createSystemClock().now();
  const since = sinceWhen(flags.since, until);
  if (since === null) {
    terminal.err(`--since: found ${JSON.stringify(flags.since)}, expected ${SINCE_EXPECTED}\n`);
    return EXIT.usage;
  }
  const config = await loadOrShow(context);
  if (!config) return EXIT.usage;
  if (since < until - config.retentionMs) {
    terminal.err('notice: --since goes back further than `retention`: older attempts are gone\n');
  }
  try {
    const { made, ledger } = await makeReport(config, { since, until }, interrupted);
    terminal.out(RENDER[flags.format](made, ledger, { table: flags.table, columns: widthOf(terminal) }));
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof StoreDown)) throw error;
    terminal.err(`no report: ${error.message}\n`);
    return EXIT.usage;
  }
}

/** Where there is no screen: as wide as screens are at least. */
const widthOf = ({ columns }: { readonly columns: number | undefined }): number => columns ?? 80;

type Render = (made: Report, ledger: Ledger, how: { table: ReportTable; columns: number }) => string;

const RENDER = {
  text: (made, ledger, { columns }) => renderReportText(made, ledger, columns),
  json: renderReportJson,
  csv: (made, _ledger, { table }) => renderReportCsv(made, table),
} satisfies Record<ReportFlags['format'], Render>;

async function makeReport(
  config: Config,
  period: Period,
  signal: AbortSignal,
): Promise<{ made: Report; ledger: Ledger }> {
  const reader = await openReader(config.store);
  try {
    const samples = await readSamples(reader.attempts, { since: period.since, signal });
    const news = await storedChanges(reader.state);
    const { spent } = await reader.state.usage(period.until);
    return {
      made: createReport({ period, samples, news, priceOf: pricesOf(config) }),
      ledger: { spentThisMonth: spent, cap: config.spend },
    };
  } finally {
    await reader.close();
  }
}

/** By the prices that are configured now; a control's message is paid for when it is sent, too. */
function pricesOf({ phones, controls, senders }: Config): ReportFacts['priceOf'] {
  return (probe, phone) => {
    const received = phones[phone]?.perSms;
    if (received === undefined) return null;
    const control = controls[probe];
    return received + (control ? (senders[control.sender]?.perSms ?? 0) : 0);
  };
}
