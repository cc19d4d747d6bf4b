/**
 * One measurement in a process of its own: `report-child KIND STATE NAME` prints `{ ms, peakKb, bytes }`.
 *
 * `fold` reads the journal and folds it, which no report can do without; the others do what `breakwater report` does, but
 * that what they write goes nowhere.
 */
import { present } from '../src/base/assert.ts';
import { systemClock } from '../src/base/clock.ts';
import { openFileStore } from '../src/store/file/file-store.ts';
import { parseRolloutName } from '../src/plan/identifiers.ts';
import { composeCommands } from '../src/views/wording/commands.ts';
import type { ReportFormat } from '../src/views/report/formats.ts';
import { foldRecord } from '../src/views/report/fold-record.ts';
import { renderReportCsv } from '../src/views/report/render-csv.ts';
import { renderReportJson } from '../src/views/report/render-json.ts';
import { renderReportJunit } from '../src/views/report/render-junit.ts';
import { renderReportMarkdown } from '../src/views/report/render-markdown.ts';
import { renderReportText } from '../src/views/report/render-text.ts';
import { fold } from '../src/rollout/apply.ts';

const [kind = '', folder = '', text = ''] = process.argv.slice(2);

async function measured(): Promise<Iterable<string>> {
  const name = present(parseRolloutName(text), 'a name');
  const reading = await openFileStore(folder, systemClock).read(name);
  if (reading.kind !== 'done' || reading.value === null) throw new Error(JSON.stringify(reading));
  const { events } = reading.value;
  if (kind === 'fold') {
    present(fold(events), 'the state');
    return [];
  }
  const entry = { record: present(foldRecord(events), 'the record'), isHeld: false };
  const commands = composeCommands({ name, rollbackOf: null, planPath: null, state: null, simulate: null });
  const options = { now: entry.record.state.updatedAt, commands, columns: 80, colour: false };
  // The page is measured by `bench/page.ts`.
  const renderers: Readonly<Record<Exclude<ReportFormat, 'html'>, () => Iterable<string>>> = {
    text: () => [renderReportText(entry, options)],
    markdown: () => [renderReportMarkdown(entry, options)],
    json: () => renderReportJson(entry),
    csv: () => renderReportCsv(entry),
    junit: () => renderReportJunit(entry),
  };
  const [, render] = present(
    Object.entries(renderers).find(([format]) => format === kind),
    kind,
  );
  return render();
}

const startedAt = performance.now();
let bytes = 0;
for (const piece of await measured()) bytes += Buffer.byteLength(piece);
const ms = performance.now() - startedAt;
console.log(JSON.stringify({ ms, peakKb: process.resourceUsage().maxRSS, bytes }));
