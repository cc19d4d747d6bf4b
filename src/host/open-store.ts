/** Opens the store that the settings name. What only a database needs is loaded when one is named. */
import type { Clock } from '../base/clock.ts';
import { openFileStore } from '../journal/file-store.ts';
import type { JournalStore, Outcome } from '../journal/journal.ts';
import type { StateLocation } from '../settings/settings.ts';

export async function openStore(state: StateLocation, clock: Clock): Promise<Outcome<JournalStore>> {
  switch (state.kind) {
    case 'files':
      return { kind: 'done', value: openFileStore(state.directory, clock) };
    case 'postgres': {
      const { openPostgresStore } = await import('../journal/postgres/postgres-store.ts');
      return openPostgresStore({ url: state.url, clock });
    }
  }
}
