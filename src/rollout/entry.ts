/** Whether a run may start, go on or start over with what is on record under its name. */
import type { PlanDigest, WaveName } from '../plan/identifiers.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { comparePlans, describePlanChange } from './compare-plans.ts';
import type { PlanChange } from './compare-plans.ts';
import { RULES_OF_TODAY } from './event.ts';
import type { PlanFile, RolloutEvent } from './event.ts';
import { decideLostHooks, nextAtEnd } from './hooks.ts';
import { isRollbackDue } from './rollback.ts';
import { isFinished } from './state.ts';
import type { RolloutState } from './state.ts';

export type Wanted = {
  readonly plan: RolloutPlan;
  readonly digest: PlanDigest;
  /** Where the plan was read from; `null` where that is not known. */
  readonly planFile?: PlanFile | null;
  /** Whether what is on record is only to be continued: the plan is not to change it. */
  readonly isByRecord?: boolean;
  readonly simulated: boolean;
  /** Whether a finished rollout is to be set aside and started over. */
  readonly again: boolean;
};

export type Entry =
  | { readonly kind: 'start' }
  /** `planChange` goes on record first; `null` where the plan is the recorded one. */
  | { readonly kind: 'go-on'; readonly state: RolloutState; readonly planChange: RolloutEvent | null }
  /** The record is finished and is to be archived. */
  | { readonly kind: 'start-over'; readonly state: RolloutState }
  | Refusal;

export type Refusal =
  /** Nothing is left to do: it has completed, or halted and been watched to its end. */
  | { readonly kind: 'finished'; readonly state: RolloutState }
  /** It is finished, and was so with another plan. */
  | {
      readonly kind: 'finished-otherwise';
      readonly state: RolloutState;
      readonly changes: readonly PlanChange[];
    }
  /** The plan differs in what has been begun already. */
  | { readonly kind: 'plan-changed'; readonly state: RolloutState; readonly changes: readonly PlanChange[] }
  /** The digests say one thing of the two plans and the plans another, so that nobody knows what would be run. */
  | { readonly kind: 'plan-unclear'; readonly state: RolloutState; readonly changes: readonly PlanChange[] }
  /** It is run by its record, and the plan that is to vouch for the record says something else. */
  | {
      readonly kind: 'not-as-recorded';
      readonly state: RolloutState;
      readonly changes: readonly PlanChange[];
    }
  /** It is to be started over, and is not finished. */
  | { readonly kind: 'unfinished'; readonly state: RolloutState }
  /** One of the two is simulated and the other is not. */
  | { readonly kind: 'other-world'; readonly state: RolloutState };

export function decideEntry(recorded: RolloutState | null, wanted: Wanted): Entry {
  if (recorded === null) return { kind: 'start' };
  const state = recorded;
  if (state.simulated !== wanted.simulated) return { kind: 'other-world', state };
  const isOver = isFinished(state) && !hasLeftOver(state);
  if (wanted.again) return { kind: isOver ? 'start-over' : 'unfinished', state };
  // One that was aborted is only watched to its end, whatever plan is given.
  if (state.abort !== null && !isOver) return { kind: 'go-on', state, planChange: null };
  const changes = comparePlans(state.plan, wanted.plan);
  const isSame = state.digest === wanted.digest;
  if (isSame !== (changes.length === 0)) return { kind: 'plan-unclear', state, changes };
  if (isSame) return isOver ? { kind: 'finished', state } : { kind: 'go-on', state, planChange: null };
  if (wanted.isByRecord === true) return { kind: 'not-as-recorded', state, changes };
  if (isOver) return { kind: 'finished-otherwise', state, changes };
  const forbidden = changes.filter((difference) => !isAllowed(difference, state, wanted.plan));
  if (forbidden.length > 0) return { kind: 'plan-changed', state, changes: forbidden };
  return { kind: 'go-on', state, planChange: planChangeOf(wanted, changes) };
}

/** The first event of a rollout that starts now. */
export function startEvent({
  plan,
  digest,
  simulated,
  planFile = null,
}: Omit<Wanted, 'again'>): Extract<RolloutEvent, { readonly type: 'rollout-started' }> {
  return {
    type: 'rollout-started',
    plan,
    digest,
    simulated,
    rules: RULES_OF_TODAY,
    ...(planFile === null ? {} : { planFile }),
  };
}

/** Whether anything is still to be done, or to be put on record, although nothing is posted or watched any more. */
function hasLeftOver(state: RolloutState): boolean {
  return nextAtEnd(state) !== null || decideLostHooks(state).length > 0 || isRollbackDue(state);
}

function planChangeOf({ plan, digest }: Wanted, changes: readonly PlanChange[]): RolloutEvent {
  return { type: 'plan-changed', plan, digest, changes: changes.map(describePlanChange) };
}

/**
 * As long as nothing was ever posted, everything may change. After that: the waves to which nothing was posted, and of the
 * plan what reaches none of the devices that were.
 */
function isAllowed(difference: PlanChange, state: RolloutState, plan: RolloutPlan): boolean {
  const begun = begunWaves(state);
  if (begun.size === 0) return true;
  switch (difference.kind) {
    case 'value':
      return difference.wave === null ? CHANGEABLE.has(difference.of) : !begun.has(difference.wave);
    case 'wave-added':
      return plan.waves.findIndex(({ name }) => name === difference.wave) >= begun.size;
    case 'wave-removed':
      return !begun.has(difference.wave);
    case 'order':
      return [...begun].every((wave, index) => difference.after[index] === wave);
  }
}

/** Keys of the resolved plan. */
const CHANGEABLE: ReadonlySet<string> = new Set<keyof RolloutPlan>([
  'description',
  'hooks',
  'preflight',
  'rollback',
]);

/** In the order in which they were begun, which is the plan's; the one that has halted is among them. */
function begunWaves({ deployments, phase }: RolloutState): ReadonlySet<WaveName> {
  const posted = [...deployments.values()].map(({ wave }) => wave);
  return new Set('wave' in phase ? [...posted, phase.wave] : posted);
}
