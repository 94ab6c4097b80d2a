export const REPORT_FORMATS = ['text', 'json', 'csv'] as const;
export const REPORT_TABLES = ['routes', 'outages', 'hours'] as const;
export type ReportTable = (typeof REPORT_TABLES)[number];

export interface ReportFlags {
  readonly since: string;
  readonly format: (typeof REPORT_FORMATS)[number];
  /** Which table, where the format holds one alone. */
  readonly table: ReportTable;
}
