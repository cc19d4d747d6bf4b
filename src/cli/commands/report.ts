/** `breakwater report`: reports the whole record of a rollout in a chosen format. */
import { guardLog } from '../../base/text.ts';
import { composeCommands } from '../../views/wording/commands.ts';
import type { Commands } from '../../views/wording/commands.ts';
import { renderHtml } from '../../views/html/render-html.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { foldRecord } from '../../views/report/fold-record.ts';
import type { ReportFormat } from '../../views/report/formats.ts';
import type { ReportEntry, RolloutRecord } from '../../views/report/record.ts';
import { renderReportCsv } from '../../views/report/render-csv.ts';
import { renderReportJson } from '../../views/report/render-json.ts';
import { renderReportJunit } from '../../views/report/render-junit.ts';
import { renderReportMarkdown } from '../../views/report/render-markdown.ts';
import { renderReportText } from '../../views/report/render-text.ts';
import { findReading } from '../find-rollout.ts';
import { describeEmpty } from '../../run/session/find-rollout.ts';
import { columnsOf, fail, isColourful } from '../io.ts';
import type { Io } from '../io.ts';
import { pathsOfRecord } from '../plan-of-record.ts';
import { withStore } from '../with-store.ts';
import type { StoreFlags } from '../with-store.ts';
import { writeOutput } from '../write-output.ts';

/** Width of text that is not for a terminal. */
const COLUMNS = 80;

export type ReportFlags = StoreFlags & {
  readonly name: string;
  readonly format: ReportFormat;
  /** A path, or `null` for stdout. */
  readonly out: string | null;
};

export function runReport(flags: ReportFlags, io: Io): Promise<ExitCode> {
  return withStore(flags, io, async (store) => {
    const found = await findReading(flags.name, store, io);
    if (typeof found === 'number') return found;
    const { events, holder, orders } = found.reading;
    const record = foldRecord(events);
    if (record === null) return fail(io, EXIT.refused, describeEmpty(found.name));
    const entry: ReportEntry = { record, isHeld: holder !== null, holder, orders };
    const paths = pathsOfRecord(record.state, store.location, io);
    const commands = commandsOf(record, { place: flags.state === null ? null : store.location, paths });
    return write(render(entry, { ...flags, commands }, io), flags, io);
  });
}

type Rendering = ReportFlags & { readonly commands: Commands };

function render(entry: ReportEntry, { format, commands, out, color }: Rendering, io: Io): Iterable<string> {
  const now = io.clock.now();
  switch (format) {
    case 'text': {
      const columns = out === null ? columnsOf(io.stdout, COLUMNS) : COLUMNS;
      const isWhole = out !== null || !io.stdout.isTTY;
      const colour = out === null && isColourful(io, io.stdout, color);
      return [guardLog(renderReportText(entry, { now, commands, columns, colour, isWhole }))];
    }
    case 'markdown':
      return [renderReportMarkdown(entry, { now, commands })];
    case 'json':
      return renderReportJson(entry);
    case 'csv':
      return renderReportCsv(entry);
    case 'junit':
      return renderReportJunit(entry);
    case 'html':
      return [renderHtml(entry, { now, commands })];
  }
}

type Targeting = {
  /** Value of `--state` in commands, or `null`. */
  readonly place: string | null;
  readonly paths: ReturnType<typeof pathsOfRecord>;
};

function commandsOf({ state }: RolloutRecord, { place, paths }: Targeting): Commands {
  const { plan, simulated } = state;
  return composeCommands({
    name: plan.name,
    rollbackOf: plan.rollbackOf?.name ?? null,
    ...paths,
    state: place,
    simulate: simulated ? true : null,
  });
}

async function write(pieces: Iterable<string>, { out }: ReportFlags, io: Io): Promise<ExitCode> {
  if (out === null) {
    await writeOutput(pieces, null, io);
    return EXIT.completed;
  }
  try {
    await writeOutput(pieces, out, io);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail(io, EXIT.environment, `the report cannot be written: ${why}`);
  }
  return EXIT.completed;
}
