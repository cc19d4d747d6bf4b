/** The other rollouts of a store that share devices with a plan and may still post to them. */
import { count, list } from '../base/text.ts';
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

const SERIALS_NAMED = 3;

/** What is shared with whom, and what can be done. */
export function describeNeighbours(name: string, neighbours: readonly Neighbour[]): string {
  const lines = neighbours.map(
    ({ name: other, shared, isHalted }) =>
      `  ${other}${isHalted ? ', which has halted' : ''}: ${count(shared.length, 'device')} (${list(shared, SERIALS_NAMED)})`,
  );
  const others = neighbours.length === 1 ? 'another rollout that is' : 'other rollouts that are';
  const running = neighbours.find(({ isHalted }) => !isHalted);
  const advice = [
    ...(running === undefined
      ? []
      : [`Let that one end first, or end it for good: breakwater abort ${running.name}.`]),
    ...(neighbours.some(({ isHalted }) => isHalted)
      ? [
          'Run the plan of one that has halted once more: it posts nothing, and watches what is in flight to its end.',
        ]
      : []),
    'To deploy to these devices from both: --allow-overlap',
  ];
  return `rollout ${name} shares devices with ${others} not finished; nothing was posted.\n${lines.join('\n')}\n${advice.join(' ')}`;
}
