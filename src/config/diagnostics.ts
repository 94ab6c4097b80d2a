/** Something to say about the configuration file. */
export interface Diagnostic {
  readonly level: 'fault' | 'notice';
  /** Another file than the configuration's own. */
  readonly file?: string;
  /** From 1; null when it concerns no place in the file. */
  readonly line: number | null;
  readonly column: number | null;
  /** Such as `probes.acme-sms.deadline`; empty for the file as a whole. */
  readonly path: string;
  /** What was found, what was expected, what to do. Holds no secret and no full number. */
  readonly message: string;
}

const MAX_SHOWN = 50;

/** Plain text, one diagnostic a line, in the order of the file; the first fifty. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], file: string): string {
  const sorted = [...diagnostics].sort(byPosition);
  const lines = sorted.slice(0, MAX_SHOWN).map((diagnostic) => renderLine({ file, ...diagnostic }));
  if (sorted.length > MAX_SHOWN) lines.push(`and ${sorted.length - MAX_SHOWN} more`);
  return lines.map((line) => `${line}\n`).join('');
}

function renderLine({ file, level, line, column, path, message }: Diagnostic & { file: string }): string {
  const place = line === null ? file : `${file}:${line}:${column ?? 1}`;
  const mark = level === 'notice' ? 'notice: ' : '';
  return `${place}  ${mark}${path === '' ? '' : `${path}: `}${message}`;
}

export const byPosition = (a: Diagnostic, b: Diagnostic): number =>
  (a.file ?? '').localeCompare(b.file ?? '') ||
  (a.line ?? 0) - (b.line ?? 0) ||
  (a.column ?? 0) - (b.column ?? 0) ||
  a.path.localeCompare(b.path);
