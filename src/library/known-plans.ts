/**
 * The plans that may be run: those that were loaded here. What is run must have been checked, and so it must be what came
 * out of the check: a plan is frozen, and one that was put together elsewhere is not known.
 */
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { OptionError } from './errors.ts';

export type Origin = {
  /** As it was given. */
  readonly path: string;
  /** An absolute path: where hooks and gates are run. */
  readonly folder: string;
};

const origins = new WeakMap<RolloutPlan, Origin>();

export function registerPlan(plan: RolloutPlan, origin: Origin): RolloutPlan {
  freeze(plan);
  origins.set(plan, origin);
  return plan;
}

/** Throws an `OptionError` for a plan that was not loaded here. */
export function originOf(plan: RolloutPlan): Origin {
  const origin = origins.get(plan);
  if (origin === undefined) {
    throw new OptionError('plan', 'is not one that loadPlan gave: pass that very object');
  }
  return origin;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}
