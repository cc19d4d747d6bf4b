/**
 * `breakwater report NAME`: for a person. What happened, why, and what to do next, as `status` has them; then how it came
 * there; then the tables of the summary.
 */
import { renderNumber } from '../../base/text.ts';
import { wrapTo } from '../summary/columns.ts';
import { renderMoment } from '../wording/moments.ts';
import { renderSummary } from '../summary/summary.ts';
import type { SummaryOptions } from '../summary/summary.ts';
import { pointToAll } from '../summary/summary-tables.ts';
import type { Table } from '../summary/summary-tables.ts';
import type { ReportEntry, RolloutRecord } from './record.ts';
import { abridge, listStory } from './timeline.ts';

const LINES_SHOWN = 60;

export type ReportTextOptions = Pick<SummaryOptions, 'now' | 'colour' | 'columns' | 'commands'>;

export function renderReportText({ record, ...context }: ReportEntry, options: ReportTextOptions): string {
  const seeAll = `${options.commands.report} --format json`;
  return renderSummary(record.state, { ...context, ...options, seeAll }, (table) =>
    renderTimeline(record, table),
  );
}

function renderTimeline(record: RolloutRecord, table: Table): readonly string[] {
  const { colours, columns } = table;
  const lines = listStory(record);
  const leftOut = renderNumber(lines.length - LINES_SHOWN);
  return [
    colours.bold('Timeline'),
    ...abridge(lines, LINES_SHOWN).flatMap((line) => {
      if (line === null) return pointToAll(`  … ${leftOut} more`, table);
      const before = `  ${renderMoment(line.at)}  `;
      return wrapTo(`${before}${line.text}`, columns, before.length);
    }),
  ];
}
