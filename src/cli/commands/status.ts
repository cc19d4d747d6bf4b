/** `breakwater status`: shows the status of rollouts from their records. */
import { renderJson, printable } from '../../base/text.ts';
import { composeCommands } from '../../views/wording/commands.ts';
import type { JournalReading, JournalStore } from '../../store/journal.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { renderStatusJson } from '../../views/status/status-json.ts';
import { renderStatusList } from '../../views/status/status.ts';
import type { StatusEntry } from '../../views/tables/situation.ts';
import { renderSummary } from '../../views/summary/summary.ts';
import { fold } from '../../rollout/apply.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { findRollout } from '../find-rollout.ts';
import { describeEmpty } from '../../run/session/find-rollout.ts';
import { columnsOf, fail, isColourful, remark, print } from '../io.ts';
import type { Io } from '../io.ts';
import { pathsOfRecord } from '../plan-of-record.ts';
import { withStore } from '../with-store.ts';
import type { StoreFlags } from '../with-store.ts';

export type StatusFlags = StoreFlags & {
  /** `null`: all rollouts. */
  readonly name: string | null;
  readonly format: 'text' | 'json';
};

export function runStatus(flags: StatusFlags, io: Io): Promise<ExitCode> {
  return withStore(flags, io, (store) =>
    flags.name === null ? printAll({ store, flags }, io) : printOne(flags.name, { store, flags }, io),
  );
}

type Telling = { readonly store: JournalStore; readonly flags: StatusFlags };

async function printOne(wanted: string, { store, flags }: Telling, io: Io): Promise<ExitCode> {
  const found = await findRollout(wanted, store, io);
  if (typeof found === 'number') return found;
  const { name, state } = found;
  const entry = entryOf(state, found.reading);
  print(
    io.stdout,
    flags.format === 'json'
      ? renderStatusJson(entry)
      : renderSummary(state, {
          ...entry,
          now: io.clock.now(),
          colour: isColourful(io, io.stdout, flags.color),
          columns: columnsOf(io.stdout),
          isWhole: !io.stdout.isTTY,
          commands: composeCommands({
            rollbackOf: state.plan.rollbackOf?.name ?? null,
            name,
            ...pathsOfRecord(state, store.location, io),
            state: flags.state === null ? null : store.location,
            simulate: state.simulated ? true : null,
          }),
        }),
  );
  return EXIT.completed;
}

async function printAll({ store, flags }: Telling, io: Io): Promise<ExitCode> {
  const names = await store.list();
  if (names.kind === 'problem') return fail(io, EXIT.environment, names.message);
  const entries: StatusEntry[] = [];
  let exit: ExitCode = EXIT.completed;
  for (const name of names.value) {
    const reading = await store.read(name);
    if (reading.kind === 'problem') {
      exit = fail(io, EXIT.environment, reading.message);
      continue;
    }
    const state = fold(reading.value?.events ?? []);
    if (reading.value === null) continue;
    if (state === null) remark(io, `${describeEmpty(name)}.`);
    else entries.push(entryOf(state, reading.value));
  }
  if (flags.format === 'json') {
    io.stdout.write(
      `${renderJson(
        entries.map((entry) => JSON.parse(renderStatusJson(entry)) as unknown),
        2,
      )}\n`,
    );
  } else if (entries.length === 0 && exit === EXIT.completed) {
    print(io.stderr, `No rollout is on record in ${printable(store.location)}.\n`);
  } else if (entries.length > 0) {
    const colour = isColourful(io, io.stdout, flags.color);
    print(io.stdout, renderStatusList(entries, { now: io.clock.now(), colour, ...cutAt(io) }));
  }
  return exit;
}

function entryOf(state: RolloutState, { holder, orders }: JournalReading): StatusEntry {
  return { state, isHeld: holder !== null, holder, orders };
}

function cutAt({ stdout }: Io): { readonly columns?: number } {
  return stdout.isTTY ? { columns: columnsOf(stdout) } : {};
}
