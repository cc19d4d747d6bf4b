/** The other rollouts of a store that share devices with a plan and may still post to them. */
import type { JournalStore, Outcome } from '../journal/journal.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { fold } from '../rollout/apply.ts';
import { findNeighbours } from '../rollout/neighbours.ts';
import type { Neighbour } from '../rollout/neighbours.ts';
import type { RolloutState } from '../rollout/state.ts';

/** To be called while nobody else can start a rollout: within the store's `exclusively`. */
export async function loadNeighbours(
  plan: RolloutPlan,
  store: JournalStore,
): Promise<Outcome<readonly Neighbour[]>> {
  const names = await store.list();
  if (names.kind === 'problem') return names;
  const others: RolloutState[] = [];
  for (const name of names.value.filter((one) => one !== plan.name)) {
    const reading = await store.read(name);
    if (reading.kind === 'problem') return reading;
    const state = fold(reading.value?.events ?? []);
    if (state !== null) others.push(state);
  }
  return { kind: 'done', value: findNeighbours(plan, others) };
}
