/** Where a command speaks. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether standard error is a screen that can be drawn over. */
  readonly live: boolean;
  readonly columns: number;
}

export const processTerminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  get live() {
    return process.stderr.isTTY;
  },
  get columns() {
    return process.stderr.columns;
  },
};
