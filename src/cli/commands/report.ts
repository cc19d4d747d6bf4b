/** `breakwater report`: the whole record of a rollout, in the format that its reader takes. */
import { composeCommands } from '../../report/commands.ts';
import type { Commands } from '../../report/commands.ts';
import { renderHtml } from '../../report/html/render-html.ts';
import { foldRecord } from '../../report/record/fold-record.ts';
import type { ReportEntry } from '../../report/record/record.ts';
import { renderReportCsv } from '../../report/record/render-csv.ts';
import { renderReportJson } from '../../report/record/render-json.ts';
import { renderReportJunit } from '../../report/record/render-junit.ts';
import { EXIT } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { describeEmpty, findReading } from '../find-rollout.ts';
import { fail } from '../io.ts';
import type { Io } from '../io.ts';
import { withStore } from '../with-store.ts';
import type { StoreFlags } from '../with-store.ts';
import { writeOutput } from '../write-output.ts';

export type ReportFlags = StoreFlags & {
  readonly name: string;
  readonly format: 'json' | 'csv' | 'junit' | 'html';
  /** A path, or `null` for stdout. */
  readonly out: string | null;
};

export function runReport(flags: ReportFlags, io: Io): Promise<ExitCode> {
  return withStore(flags, io, async (store) => {
    const found = await findReading(flags.name, store, io);
    if (typeof found === 'number') return found;
    const { events, holder, orders } = found.reading;
    const record = foldRecord(events);
    if (record === null) return fail(io, EXIT.wrong, describeEmpty(found.name));
    const entry: ReportEntry = { record, isHeld: holder !== null, holder, orders };
    const place = flags.state === null ? null : store.location;
    return write(render(entry, { ...flags, place, now: io.clock.now() }), flags, io);
  });
}

type Rendering = Pick<ReportFlags, 'format'> & {
  /** What `--state` is to be given to the commands that are named, or `null`. */
  readonly place: string | null;
  readonly now: number;
};

function render(entry: ReportEntry, { format, place, now }: Rendering): Iterable<string> {
  switch (format) {
    case 'json':
      return renderReportJson(entry);
    case 'csv':
      return renderReportCsv(entry);
    case 'junit':
      return renderReportJunit(entry);
    case 'html':
      return [renderHtml(entry, { now, commands: commandsOf(entry, place) })];
  }
}

function commandsOf({ record }: ReportEntry, place: string | null): Commands {
  const { plan, simulated } = record.state;
  return composeCommands({
    name: plan.name,
    rollbackOf: plan.rollbackOf?.name ?? null,
    planPath: null,
    state: place,
    simulate: simulated ? true : null,
  });
}

async function write(pieces: Iterable<string>, { out }: ReportFlags, io: Io): Promise<ExitCode> {
  if (out === null) {
    await writeOutput(pieces, null, io);
    return EXIT.done;
  }
  try {
    await writeOutput(pieces, out, io);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail(io, EXIT.environment, `the report cannot be written: ${why}`);
  }
  return EXIT.done;
}
