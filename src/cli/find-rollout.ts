/** Finds the rollout that the user names. Prints on stderr why it is not found. */
import { findReading as findReadingIn, findRollout as findRolloutIn } from '../run/session/find-rollout.ts';
import type {
  FoundReading,
  FoundRollout,
  MissingRollout,
  WantedRollout,
} from '../run/session/find-rollout.ts';
import type { JournalProblem, JournalStore } from '../store/journal.ts';
import type { RolloutName } from '../plan/identifiers.ts';
import { EXIT } from '../views/tables/outcomes.ts';
import type { ExitCode } from '../views/tables/outcomes.ts';
import { fail } from './io.ts';
import type { Io } from './io.ts';

/** Resolves to the rollout; or to the exit code, after printing the reason on stderr. */
export async function findRollout(
  wanted: WantedRollout,
  store: JournalStore,
  io: Io,
): Promise<FoundRollout | ExitCode> {
  return orReport(await findRolloutIn(wanted, store), io);
}

/** Like `findRollout`, with the record as read, for callers that fold it in another way. */
export async function findReading(
  wanted: WantedRollout,
  store: JournalStore,
  io: Io,
): Promise<FoundReading | ExitCode> {
  return orReport(await findReadingIn(wanted, store), io);
}

function orReport<Found extends FoundReading>(
  found: Found | MissingRollout | JournalProblem,
  io: Io,
): Found | ExitCode {
  switch (found.kind) {
    case 'found':
      return found;
    case 'missing':
      return fail(io, EXIT.refused, found.message);
    case 'problem':
      return fail(io, EXIT.environment, found.message);
  }
}

/** The names of all rollouts on record. */
export async function listNames(store: JournalStore, io: Io): Promise<readonly RolloutName[] | ExitCode> {
  const names = await store.list();
  return names.kind === 'problem' ? fail(io, EXIT.environment, names.message) : names.value;
}
