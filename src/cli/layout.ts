/** Breaks a text at blanks into lines of at most so many columns; all but the first are indented. */
export function wrap(text: string, columns: number, indent: number): string {
  const margin = ' '.repeat(indent);
  const lines: string[] = [];
  const lead = /^ */.exec(text)?.[0] ?? '';
  let line = lead;
  for (const word of text.trim().split(/ +/)) {
    const isEmpty = line.trim() === '';
    if (!isEmpty && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = `${margin}${word}`;
    } else {
      line = isEmpty ? `${line}${word}` : `${line} ${word}`;
    }
  }
  return `${[...lines, line].join('\n')}\n`;
}

const GAP = '  ';
const LEAST_FIRST = 12;

/**
 * Columns as wide as their widest cell, the first to the left, numbers to the right. Where that is too wide, the first
 * column is cut, and ends in `…`.
 */
export function fitTable(rows: readonly (readonly string[])[], columns: number): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const rest = widths.slice(1).reduce((sum, width) => sum + GAP.length + width, 0);
  const first = Math.min(widths[0] ?? 0, Math.max(LEAST_FIRST, columns - rest));
  return rows
    .map(([name = '', ...numbers]) =>
      [cut(name, first).padEnd(first), ...numbers.map((cell, index) => cell.padStart(widths[index + 1] ?? 0))]
        .join(GAP)
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}…`;
