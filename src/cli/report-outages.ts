import type { Outage } from '../domain/report/outages.ts';
import type { Report } from '../domain/report/report.ts';
import { MINUTE } from '../domain/units.ts';
import { wrap } from './layout.ts';
import { day, spanWords } from './report-text.ts';

/** When, which target, whose fault, and what it rested on. */
export function outageLines({ outages, period }: Report, columns: number): string {
  if (outages.length === 0) return 'No outage was named.\n';
  const told = outages.map((outage) => lines(outage, period.until, columns));
  return `Outages\n${told.join('')}`;
}

function lines(outage: Outage, until: number, columns: number): string {
  const { target, start, namedAt, end, cause, subject, posterior, evidence } = outage;
  const lasted = `${end === null ? 'for ' : ''}${spanWords((end ?? until) - start)}`;
  const when = end === null ? `since ${day(start)} UTC` : `${day(start)} to ${sameDay(start, end)} UTC`;
  const sure = `${Math.floor(100 * posterior)} % sure`;
  const after = namedAt - start >= MINUTE ? `, named after ${spanWords(namedAt - start)}` : '';
  const blamed = `${cause}${subject === null ? '' : ` ${subject}`}`;
  return [
    wrap(`  ${when} (${lasted}${after})`, columns, 4),
    wrap(`    ${target}: ${blamed}, ${sure}`, columns, 6),
    wrap(`    ${evidence}`, columns, 6),
  ].join('');
}

const sameDay = (start: number, end: number): string =>
  day(start).slice(0, 10) === day(end).slice(0, 10) ? day(end).slice(11) : day(end);
