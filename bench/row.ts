/** One line of the table: a figure of ours, what stood beside it in the same run, and how far it should reach. */
export interface Row {
  readonly what: string;
  readonly figure: string;
  /** The limit or the peer, measured in the same process or right after it. */
  readonly beside: string;
  /** Ours over the other's, or the other's over ours, so that more is worse; null where there is no other. */
  readonly ratio: number | null;
  readonly reach: string;
  /** null: for the record. */
  readonly holds: boolean | null;
  /** All that was measured, by name, with units in the names. */
  readonly data: Readonly<Record<string, number | string>>;
}

const MARK = '@row ';

/** Hands a row to the process that collects them. */
export function emit(row: Row): void {
  process.stdout.write(`${MARK}${JSON.stringify(row)}\n`);
}

/** The row in a line of output; null where there is none. */
export const readRow = (line: string): Row | null =>
  line.startsWith(MARK) ? parseRow(line.slice(MARK.length)) : null;

const parseRow = (json: string): Row => JSON.parse(json) as Row;
