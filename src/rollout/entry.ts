/** Whether a run may start, continue or start over with what is on record under its name, and which other rollouts share its devices. */
import type { PlanDigest, RolloutName, Serial } from '../plan/identifiers.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { digestPlan } from '../plan/digest.ts';
import { comparePlans, describePlanChange } from './compare-plans.ts';
import type { PlanChange } from './compare-plans.ts';
import { RULES_OF_TODAY } from './event.ts';
import type { PlanFile, RolloutEvent } from './event.ts';
import { decideLostHooks, nextAtEnd } from './hooks.ts';
import { isOfKeptPrograms, mergePlans } from './merge-plans.ts';
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
  /** Whether the record may name programs: not in CI, nor where it is not in a folder of this machine. */
  readonly isRecordTrusted?: boolean;
  readonly simulated: boolean;
  /** Whether a finished rollout is to be set aside and started over. */
  readonly again: boolean;
};

export type StartMode =
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

export function decideStart(recorded: RolloutState | null, wanted: Wanted): StartMode {
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
  return decideChanged(state, wanted, { changes, isOver });
}

type Changed = { readonly changes: readonly PlanChange[]; readonly isOver: boolean };

function decideChanged(state: RolloutState, wanted: Wanted, { changes, isOver }: Changed): StartMode {
  const { isByRecord = false, isRecordTrusted = true } = wanted;
  const merged = mergePlans(state, wanted.plan);
  const isAsRecorded = merged.kind === 'merged' && digestPlan(merged.plan) === state.digest;
  if (!isAsRecorded && isByRecord) return { kind: 'not-as-recorded', state, changes };
  // The wave in which it has halted reached no device: it may be changed before it is retried.
  const isRestarted =
    merged.kind === 'merged' && 'wave' in state.phase && merged.resets.includes(state.phase.wave);
  // Nothing is left that could be kept or drawn again: another plan needs another name, or `--again`.
  const isKnown = isAsRecorded && (isByRecord || state.givenDigest === wanted.digest);
  if (isOver && !isKnown && !isRestarted) return { kind: 'finished-otherwise', state, changes };
  if (merged.kind === 'refused') return { kind: 'plan-changed', state, changes: merged.changes };
  // Gates that only the record names are programs that nobody has reviewed.
  const programs = isRecordTrusted ? [] : merged.kept.filter(isOfKeptPrograms);
  if (programs.length > 0) return { kind: 'not-as-recorded', state, changes: programs };
  if (isOver && isAsRecorded) return { kind: 'finished', state };
  const isNews = !isAsRecorded || state.givenDigest !== wanted.digest;
  return { kind: 'go-on', state, planChange: isNews && !isByRecord ? planChangeOf(wanted, merged) : null };
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

function planChangeOf(
  { digest: givenDigest }: Wanted,
  { plan, changes, kept, resets }: Extract<ReturnType<typeof mergePlans>, { readonly kind: 'merged' }>,
): RolloutEvent {
  const digest = digestPlan(plan);
  return {
    type: 'plan-changed',
    plan,
    digest,
    changes,
    ...(kept.length === 0 ? {} : { kept: kept.map(describePlanChange) }),
    ...(resets.length === 0 ? {} : { resets }),
    ...(digest === givenDigest ? {} : { givenDigest }),
  };
}

/** A rollout that may still post to devices of ours: two unfinished ones would deploy to them in turns, each without knowing. */
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
