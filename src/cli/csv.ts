/** null is an empty cell. */
export type Cell = string | number | null;

/** A table as RFC 4180 has it: CRLF, quotes where they are needed, the head first. */
export const renderCsv = (rows: readonly (readonly Cell[])[]): string =>
  rows.map((cells) => `${cells.map(renderCell).join(',')}\r\n`).join('');

/** Spreadsheets take these for the start of a formula; an apostrophe makes them text (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r\n]/;

function renderCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
