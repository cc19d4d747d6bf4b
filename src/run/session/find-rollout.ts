/** The rollout that somebody names, as its record tells it. */
import { nearest } from '../../base/text.ts';
import { parseRolloutName } from '../../plan/identifiers.ts';
import type { RolloutName } from '../../plan/identifiers.ts';
import { fold } from '../../rollout/apply.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { JournalProblem, JournalReading, JournalStore } from '../../store/journal.ts';

export type FoundRollout = {
  readonly kind: 'found';
  readonly name: RolloutName;
  readonly reading: JournalReading;
  readonly state: RolloutState;
};

/** Its record as it is read, for whoever folds it in another way. */
export type FoundReading = Omit<FoundRollout, 'state'>;

/** Nothing of that name is on record; `message` says so. */
export type MissingRollout = { readonly kind: 'missing'; readonly message: string };

/** A name, or one that could have been something else: `otherwise` begins the sentence that there is none. */
export type WantedRollout = string | { readonly name: string; readonly otherwise: string };

export async function findRollout(
  wanted: WantedRollout,
  store: JournalStore,
): Promise<FoundRollout | MissingRollout | JournalProblem> {
  const found = await findReading(wanted, store);
  if (found.kind !== 'found') return found;
  const state = fold(found.reading.events);
  return state === null ? { kind: 'missing', message: describeEmpty(found.name) } : { ...found, state };
}

export async function findReading(
  wanted: WantedRollout,
  store: JournalStore,
): Promise<FoundReading | MissingRollout | JournalProblem> {
  const names = await store.list();
  if (names.kind === 'problem') return names;
  const { name: given, otherwise } = typeof wanted === 'string' ? { name: wanted, otherwise: '' } : wanted;
  const name = parseRolloutName(given);
  if (name === null || !names.value.includes(name))
    return { kind: 'missing', message: `${otherwise}${describeUnknown(given, names.value, store)}` };
  const reading = await store.read(name);
  if (reading.kind === 'problem') return reading;
  return reading.value === null
    ? { kind: 'missing', message: describeEmpty(name) }
    : { kind: 'found', name, reading: reading.value };
}

/** Its run ended before its first event was durable, or is about to record it. */
export function describeEmpty(name: RolloutName): string {
  return `rollout ${name} has a record, but it is still empty`;
}

function describeUnknown(wanted: string, names: readonly RolloutName[], { location }: JournalStore): string {
  const hint = nearest(wanted, names);
  const known = names.length === 0 ? 'it has no rollouts' : '`breakwater status` lists them';
  return `no rollout "${wanted}" is on record in ${location}; ${hint === null ? known : `did you mean ${hint}?`}`;
}
