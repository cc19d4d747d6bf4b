/** How a report can be written; the default comes first. */
export const REPORT_FORMATS = ['text', 'markdown', 'json', 'csv', 'junit', 'html'] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];
