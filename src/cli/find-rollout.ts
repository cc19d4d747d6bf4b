/** The rollout that the user names, as its record tells it. */
import { nearest } from '../base/text.ts';
import type { JournalReading, JournalStore } from '../store/journal.ts';
import { parseRolloutName } from '../plan/identifiers.ts';
import type { RolloutName } from '../plan/identifiers.ts';
import { EXIT } from '../views/tables/outcomes.ts';
import type { ExitCode } from '../views/tables/outcomes.ts';
import { fold } from '../rollout/apply.ts';
import type { RolloutState } from '../rollout/state.ts';
import { fail } from './io.ts';
import type { Io } from './io.ts';

export type FoundRollout = {
  readonly name: RolloutName;
  readonly reading: JournalReading;
  readonly state: RolloutState;
};

/** A name, or one that could have been something else: `otherwise` begins the sentence that there is none. */
export type WantedRollout = string | { readonly name: string; readonly otherwise: string };

/** The exit code after telling on stderr why there is none. */
export async function findRollout(
  wanted: WantedRollout,
  store: JournalStore,
  io: Io,
): Promise<FoundRollout | ExitCode> {
  const found = await findReading(wanted, store, io);
  if (typeof found === 'number') return found;
  const { name, reading } = found;
  const state = fold(reading.events);
  return state === null ? fail(io, EXIT.refused, describeEmpty(name)) : { name, reading, state };
}

/** Those of all rollouts on record. */
export async function listNames(store: JournalStore, io: Io): Promise<readonly RolloutName[] | ExitCode> {
  const names = await store.list();
  return names.kind === 'problem' ? fail(io, EXIT.environment, names.message) : names.value;
}

/** Its record as it is read, for whoever folds it in another way. */
export async function findReading(
  wanted: WantedRollout,
  store: JournalStore,
  io: Io,
): Promise<Omit<FoundRollout, 'state'> | ExitCode> {
  const names = await listNames(store, io);
  if (typeof names === 'number') return names;
  const { name: given, otherwise } = typeof wanted === 'string' ? { name: wanted, otherwise: '' } : wanted;
  const name = parseRolloutName(given);
  if (name === null || !names.includes(name)) {
    return fail(io, EXIT.refused, `${otherwise}${describeUnknown(given, names, store)}`);
  }
  const reading = await store.read(name);
  if (reading.kind === 'problem') return fail(io, EXIT.environment, reading.message);
  return reading.value === null
    ? fail(io, EXIT.refused, describeEmpty(name))
    : { name, reading: reading.value };
}

/** Its run ended before its first event was durable, or is about to record it. */
export function describeEmpty(name: RolloutName): string {
  return `rollout ${name} has a record, but nothing stands in it yet`;
}

function describeUnknown(wanted: string, names: readonly RolloutName[], { location }: JournalStore): string {
  const hint = nearest(wanted, names);
  const known = names.length === 0 ? 'there is none' : '`breakwater status` lists them';
  return `no rollout "${wanted}" is on record in ${location}; ${hint === null ? known : `did you mean ${hint}?`}`;
}
