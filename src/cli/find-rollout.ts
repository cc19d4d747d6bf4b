/** The rollout that the user names, or why there is none, told on stderr. */
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

/** The exit code after telling on stderr why there is none. */
export async function findRollout(
  wanted: WantedRollout,
  store: JournalStore,
  io: Io,
): Promise<FoundRollout | ExitCode> {
  return orReport(await findRolloutIn(wanted, store), io);
}

/** Its record as it is read, for whoever folds it in another way. */
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

/** Those of all rollouts on record. */
export async function listNames(store: JournalStore, io: Io): Promise<readonly RolloutName[] | ExitCode> {
  const names = await store.list();
  return names.kind === 'problem' ? fail(io, EXIT.environment, names.message) : names.value;
}
