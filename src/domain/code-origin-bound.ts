// `@host`, one blank, `#code`, perhaps ` @embedded`; what follows on the line is ignored.
const LAST_LINE = /^@([^\s@#]{1,253}) #(\S{1,64})(?=\s|$)/;

/**
 * The code of an origin-bound message, which stands in its last line whatever the rest says
 * (https://wicg.github.io/sms-one-time-codes/); null when there is no such line. Takes normalised text.
 */
export function readOriginBound(text: string): string | null {
  const trimmed = text.trimEnd();
  const lastLine = trimmed.slice(trimmed.lastIndexOf('\n') + 1);
  return LAST_LINE.exec(lastLine)?.[2] ?? null;
}
