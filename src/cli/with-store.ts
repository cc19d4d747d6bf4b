/** For commands that go by what is on record: the settings, the store that they name, and its closing. */
import type { JournalStore } from '../journal/journal.ts';
import type { Settings } from '../settings/settings.ts';
import { EXIT } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { fail } from './io.ts';
import type { Io } from './io.ts';
import { openStore } from '../host/open-store.ts';
import { readSettingsAloud } from './read-settings.ts';

export type StoreFlags = { readonly state: string | null; readonly color: boolean };

export type StoreWanted = StoreFlags & {
  /** Whether the command calls the API too; `false` unless given. */
  readonly callsApi?: boolean;
};

export async function withStore(
  { state, color, callsApi = false }: StoreWanted,
  io: Io,
  work: (store: JournalStore, settings: Settings) => Promise<ExitCode>,
): Promise<ExitCode> {
  const settings = await readSettingsAloud(
    {
      ...{ planPath: null, allowOutside: false, state, progress: null },
      uses: { record: true, api: callsApi },
    },
    io,
    color,
  );
  if (settings === null) return EXIT.wrong;
  const opened = await openStore(settings.state, io.clock);
  if (opened.kind === 'problem') return fail(io, EXIT.environment, opened.message);
  const store = opened.value;
  try {
    return await work(store, settings);
  } finally {
    await store.close();
  }
}
