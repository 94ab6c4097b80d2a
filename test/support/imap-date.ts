/** `15-Jan-2026 12:00:00 +0000`, as RFC 9051 writes an INTERNALDATE. */
export function imapDate(at: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(new Date(at).toUTCString()) ?? [];
  return `${day}-${month}-${year} ${time} +0000`;
}
