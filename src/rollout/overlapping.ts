/** Rollouts of one state that share devices: two unfinished ones would deploy to them in turns, each without knowing. */
import type { RolloutName, Serial } from '../plan/identifiers.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { isFinished } from './state.ts';
import type { RolloutState } from './state.ts';

/** A rollout that may still post to devices of ours. */
export type OverlappingRollout = {
  readonly name: RolloutName;
  readonly shared: readonly Serial[];
  /** Whether it has halted, and is yet to be watched to its end. */
  readonly isHalted: boolean;
};

/** The unfinished ones (one that has halted is, until it has been watched to its end) among `others` that share a device with `plan`, the plan's own rollout left out. */
export function findOverlapping(
  plan: RolloutPlan,
  others: readonly RolloutState[],
): readonly OverlappingRollout[] {
  const ours = new Set(plan.waves.flatMap(({ devices }) => devices));
  return others
    .filter((state) => state.plan.name !== plan.name && !isFinished(state))
    .map((state) => ({
      name: state.plan.name,
      shared: state.plan.waves.flatMap(({ devices }) => devices.filter((serial) => ours.has(serial))),
      isHalted: state.phase.kind === 'halted',
    }))
    .filter(({ shared }) => shared.length > 0);
}
