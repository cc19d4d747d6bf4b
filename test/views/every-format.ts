/** A report as each format that there is: one that is missing here does not compile. */
import { renderHtml } from '../../src/views/html/render-html.ts';
import type { ReportFormat } from '../../src/views/report/formats.ts';
import type { ReportEntry } from '../../src/views/report/record.ts';
import { renderReportCsv } from '../../src/views/report/render-csv.ts';
import { renderReportJson } from '../../src/views/report/render-json.ts';
import { renderReportJunit } from '../../src/views/report/render-junit.ts';
import { renderReportMarkdown } from '../../src/views/report/render-markdown.ts';
import { renderReportText } from '../../src/views/report/render-text.ts';
import { COMMANDS } from './told.ts';

type Look = { readonly now: number; readonly columns?: number };

export const RENDERED: {
  readonly [Format in ReportFormat]: (entry: ReportEntry, look: Look) => string;
} = {
  text: (entry, { now, columns = 80 }) =>
    renderReportText(entry, { now, columns, colour: false, commands: COMMANDS }),
  markdown: (entry, { now }) => renderReportMarkdown(entry, { now, commands: COMMANDS }),
  json: (entry) => [...renderReportJson(entry)].join(''),
  csv: (entry) => [...renderReportCsv(entry)].join(''),
  junit: (entry) => [...renderReportJunit(entry)].join(''),
  html: (entry, { now }) => renderHtml(entry, { now, commands: COMMANDS }),
};
