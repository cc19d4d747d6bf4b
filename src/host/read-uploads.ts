/** What is on record of uploads. */
import type { Clock } from '../base/clock.ts';
import type { JournalProblem } from '../store/journal.ts';
import type { ArtifactRecord } from '../plan/artifact-record.ts';
import type { StateLocation } from '../settings/settings.ts';
import { openStore } from './open-store.ts';

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
