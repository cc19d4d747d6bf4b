/**
 * `breakwater report NAME`: for a person. What happened, why, and what to do next, as `status` has them; then how it came
 * there; then the tables of the summary.
 */
import { renderSummary } from '../summary/summary.ts';
import type { SummaryOptions } from '../summary/summary.ts';
import type { ReportEntry } from './record.ts';
import { timelineTable } from './timeline.ts';

export type ReportTextOptions = Pick<SummaryOptions, 'now' | 'colour' | 'columns' | 'isWhole' | 'commands'>;

export function renderReportText({ record, ...context }: ReportEntry, options: ReportTextOptions): string {
  const seeAll = `${options.commands.report} --format json`;
  return renderSummary(record.state, { ...context, ...options, seeAll }, [timelineTable(record)]);
}
