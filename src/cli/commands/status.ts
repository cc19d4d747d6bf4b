/** `breakwater status`: where rollouts stand, from their records alone. */
import { nearest } from '../../base/text.ts';
import { openFileStore } from '../../journal/file-store.ts';
import type { JournalStore } from '../../journal/journal.ts';
import { parseRolloutName } from '../../plan/identifiers.ts';
import type { RolloutName } from '../../plan/identifiers.ts';
import { renderStatusJson } from '../../report/status-json.ts';
import { renderStatusList } from '../../report/status.ts';
import type { StatusEntry } from '../../report/situation.ts';
import { renderSummary } from '../../report/summary.ts';
import { fold } from '../../rollout/apply.ts';
import { EXIT } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { isColourful } from '../io.ts';
import type { Io } from '../io.ts';
import { readSettingsAloud } from '../read-settings.ts';

export type StatusFlags = {
  /** `null`: all of them. */
  readonly name: string | null;
  readonly format: 'text' | 'json';
  readonly state: string | null;
  readonly color: boolean;
};

export async function runStatus(flags: StatusFlags, io: Io): Promise<ExitCode> {
  const settings = await readSettingsAloud(
    { planPath: null, state: flags.state, progress: null },
    io,
    flags.color,
  );
  if (settings === null) return EXIT.wrong;
  const store = openFileStore(settings.stateDirectory, io.clock);
  const names = await store.list();
  if (names.kind === 'problem') return fail(io, names.message, EXIT.environment);
  return flags.name === null
    ? tellAll(names.value, { store, flags }, io)
    : tellOne(names.value, { store, flags }, io);
}

type Telling = { readonly store: JournalStore; readonly flags: StatusFlags };

async function tellOne(names: readonly RolloutName[], { store, flags }: Telling, io: Io): Promise<ExitCode> {
  const wanted = flags.name ?? '';
  const name = parseRolloutName(wanted);
  if (name === null || !names.includes(name))
    return fail(io, describeUnknown(wanted, names, store), EXIT.wrong);
  const entry = await readEntry(name, store);
  if (typeof entry === 'string') return fail(io, entry, EXIT.environment);
  if (entry === null)
    return fail(io, `rollout ${name} has a record, but nothing stands in it yet`, EXIT.wrong);
  io.stdout.write(
    flags.format === 'json'
      ? renderStatusJson(entry)
      : renderSummary(entry.state, {
          now: io.clock.now(),
          colour: isColourful(io, io.stdout, flags.color),
          columns: io.stdout.isTTY ? io.stdout.columns : 100,
          commands: commandsFor(name, flags),
          isHeld: entry.isHeld,
        }),
  );
  return EXIT.done;
}

async function tellAll(names: readonly RolloutName[], { store, flags }: Telling, io: Io): Promise<ExitCode> {
  const entries: StatusEntry[] = [];
  let exit: ExitCode = EXIT.done;
  for (const name of names) {
    const entry = await readEntry(name, store);
    if (typeof entry === 'string') exit = fail(io, entry, EXIT.environment);
    else if (entry !== null) entries.push(entry);
  }
  if (flags.format === 'json') {
    io.stdout.write(
      `${JSON.stringify(
        entries.map((entry) => JSON.parse(renderStatusJson(entry)) as unknown),
        null,
        2,
      )}\n`,
    );
  } else if (entries.length === 0 && exit === EXIT.done) {
    io.stderr.write(`No rollout is on record in ${store.location}.\n`);
  } else if (entries.length > 0) {
    const colour = isColourful(io, io.stdout, flags.color);
    io.stdout.write(renderStatusList(entries, { now: io.clock.now(), colour, ...columnsOf(io) }));
  }
  return exit;
}

function columnsOf({ stdout }: Io): { readonly columns?: number } {
  return stdout.isTTY ? { columns: stdout.columns } : {};
}

/** `null` for a record without an event, and a sentence for one that cannot be read. */
async function readEntry(name: RolloutName, store: JournalStore): Promise<StatusEntry | null | string> {
  const reading = await store.read(name);
  if (reading.kind === 'problem') return reading.message;
  const state = fold(reading.value?.events ?? []);
  return state === null ? null : { state, isHeld: reading.value?.holder !== null };
}

function commandsFor(name: RolloutName, { state }: StatusFlags) {
  const where = state === null ? '' : ` --state ${state}`;
  return { run: `breakwater run PLAN${where}`, status: `breakwater status ${name}${where}` };
}

function describeUnknown(wanted: string, names: readonly RolloutName[], { location }: JournalStore): string {
  const hint = nearest(wanted, names);
  const known = names.length === 0 ? 'there is none' : '`breakwater status` lists them';
  return `no rollout "${wanted}" is on record in ${location}; ${hint === null ? known : `did you mean ${hint}?`}`;
}

function fail(io: Io, message: string, exit: ExitCode): ExitCode {
  io.stderr.write(`breakwater: ${message}\n`);
  return exit;
}
