/** Opens the store that the settings name. Code for databases is loaded only for a database. */
import type { Clock } from '../base/clock.ts';
import { openFileStore } from '../store/file/file-store.ts';
import type { JournalProblem, JournalStore, Outcome } from '../store/journal.ts';
import type { RolloutName } from '../plan/identifiers.ts';
import { fold } from '../rollout/apply.ts';
import type { JournaledEvent } from '../rollout/event.ts';
import { RecordDamage } from '../rollout/record-damage.ts';
import type { StateLocation } from '../settings/settings.ts';
import type { ArtifactRecord } from '../plan/artifact-record.ts';

export async function openStore(state: StateLocation, clock: Clock): Promise<Outcome<JournalStore>> {
  switch (state.kind) {
    case 'files':
      return { kind: 'done', value: withSoundRecords(openFileStore(state.directory, clock)) };
    case 'postgres': {
      const { openPostgresStore } = await import('../store/postgres/postgres-store.ts');
      const opened = await openPostgresStore({ url: state.url, clock });
      return opened.kind === 'done' ? { ...opened, value: withSoundRecords(opened.value) } : opened;
    }
  }
}

/**
 * A store that returns only records that can be folded. Each line may be valid although no run can have recorded the
 * sequence.
 */
function withSoundRecords(store: JournalStore): JournalStore {
  return {
    ...store,
    async read(name) {
      const outcome = await store.read(name);
      if (outcome.kind === 'problem' || outcome.value === null) return outcome;
      return findDamage(name, outcome.value.events, store) ?? outcome;
    },
    async open(name, holder) {
      const outcome = await store.open(name, holder);
      if (outcome.kind !== 'done') return outcome;
      const damage = findDamage(name, outcome.value.events, store);
      if (damage === null) return outcome;
      await outcome.value.close();
      return damage;
    },
  };
}

/** The header is line 1, and the first event line 2. */
function findDamage(
  name: RolloutName,
  events: readonly JournaledEvent[],
  store: JournalStore,
): JournalProblem | null {
  try {
    fold(events);
    return null;
  } catch (error) {
    if (!(error instanceof RecordDamage)) throw error;
    const message = store.describeDamage(name, error.seq + 1, error.reason);
    return { kind: 'problem', problem: 'damaged', message };
  }
}

/** Reads the record of uploads. */
export async function readUploads(
  state: StateLocation,
  clock: Clock,
): Promise<readonly ArtifactRecord[] | JournalProblem> {
  const opened = await openStore(state, clock);
  if (opened.kind === 'problem') return opened;
  const store = opened.value;
  try {
    const outcome = await store.readArtifacts();
    return outcome.kind === 'problem' ? outcome : outcome.value;
  } finally {
    await store.close();
  }
}
