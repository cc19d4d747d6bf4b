/**
 * Plans that may be run: only plans that were loaded and checked here. Loaded plans are frozen. A plan object that was made
 * elsewhere is refused.
 */
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { OptionError } from './errors.ts';

export type Origin = {
  /** The path as given. */
  readonly path: string;
  /** Absolute path: the folder in which hooks and gates run. */
  readonly folder: string;
};

const origins = new WeakMap<RolloutPlan, Origin>();

export function registerPlan(plan: RolloutPlan, origin: Origin): RolloutPlan {
  freeze(plan);
  origins.set(plan, origin);
  return plan;
}

/** Throws an `OptionError` if the plan was not loaded here. */
export function originOf(plan: RolloutPlan): Origin {
  const origin = origins.get(plan);
  if (origin === undefined) {
    throw new OptionError('plan', 'was not returned by loadPlan; pass exactly that object');
  }
  return origin;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}
