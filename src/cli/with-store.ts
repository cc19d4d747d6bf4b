/** For commands that work on records: reads the settings, opens the store, and closes it. */
import type { JournalStore } from '../store/journal.ts';
import { EXIT } from '../views/tables/outcomes.ts';
import type { ExitCode } from '../views/tables/outcomes.ts';
import type { Settings } from '../settings/settings.ts';
import { fail } from './io.ts';
import type { Io } from './io.ts';
import { openStore } from '../host/open-store.ts';
import { parseRolloutName } from '../plan/identifiers.ts';
import { locateStateOrReport, loadSettingsOrReport } from './read-settings.ts';

export type StoreFlags = { readonly state: string | null; readonly color: boolean };

export type StoreWanted = StoreFlags & {
  /** Whether the command calls the API too; `false` unless given. */
  readonly callsApi?: boolean;
  /** The rollout of the command; all rollouts on record if left out. */
  readonly name?: string | null;
};

export async function withStore(
  { state, color, callsApi = false, name = null }: StoreWanted,
  io: Io,
  work: (store: JournalStore, settings: Settings) => Promise<ExitCode>,
): Promise<ExitCode> {
  const read = await loadSettingsOrReport(
    {
      planPath: null,
      allowOutside: false,
      state,
      progress: null,
      uses: { record: true, api: callsApi },
    },
    io,
    color,
  );
  if (read === null) return EXIT.refused;
  const located = locateStateOrReport(
    read,
    { name: name === null ? null : parseRolloutName(name), folders: [io.cwd] },
    io,
  );
  if (typeof located === 'number') return located;
  const settings = { ...read, state: located };
  const opened = await openStore(settings.state, io.clock);
  if (opened.kind === 'problem') return fail(io, EXIT.environment, opened.message);
  const store = opened.value;
  try {
    return await work(store, settings);
  } finally {
    await store.close();
  }
}
