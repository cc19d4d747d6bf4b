/** Why a run may not begin with what is on record, and what can be done. */
import { printable } from '../../base/text.ts';
import { describePlanChange } from '../../rollout/compare-plans.ts';
import { decideOrder } from '../../rollout/handle-order.ts';
import { nobodys } from '../advice/advise-halted.ts';
import type { Commands } from './commands.ts';
import type { PlanChange } from '../../rollout/compare-plans.ts';
import type { Refusal } from '../../rollout/entry.ts';
import type { RolloutState } from '../../rollout/state.ts';

export type RefusalContext = {
  /** The store's. */
  readonly location: string;
  readonly commands: Commands;
};

export function describeRefusal(refusal: Refusal, { location, commands }: RefusalContext): string {
  const { state } = refusal;
  const { name } = state.plan;
  switch (refusal.kind) {
    case 'finished':
      return `rollout ${name} has already ${describeEnd(state)}; nothing was done. ${describeWayOn(state, commands)}`;
    case 'finished-otherwise':
      return `rollout ${name} has already ${describeEnd(state)}, with another plan; nothing was done.\n${renderChanges(refusal.changes)}\n${describeWayOn(state, commands)}`;
    case 'plan-changed':
      return `rollout ${name} was begun with another plan (its record: ${location}); nothing was done.\n${renderChanges(refusal.changes)}\nFor what has begun, region, artifact, arguments and whenInDoubt stay, limits may only become stricter, and waves keep their order. To continue by the plan on record:\n  ${commands.runByName}`;
    case 'plan-unclear':
      return `the plan on record of ${name} does not match its digest, ${state.digest} (its record: ${location}); nothing was done.\n${refusal.changes.length === 0 ? 'No difference between it and the given plan was found, but their digests differ.' : renderChanges(refusal.changes)}\nThe record was changed by hand, or a later release of Breakwater wrote it. Use that release, or restore the record.`;
    case 'not-as-recorded':
      return `rollout ${name} is continued by the plan on record, and the plan file differs; nothing was done.\n${renderChanges(refusal.changes)}\nTo continue with the plan file, name it; its differences are then checked and recorded:\n  ${commands.runFile}`;
    case 'unfinished':
      return `rollout ${name} is not finished, so it is not started over; nothing was done. Leave --again out to go on with it, or end it for good:\n  ${commands.order('abort')}`;
    case 'other-world':
      return state.simulated
        ? `the record of ${name} in ${location} is of a simulated rollout; a real one does not go on from it. Use another --state.`
        : `the record of ${name} in ${location} is of a real rollout; a simulated one does not go on from it. Leave --state out, and a folder of its own is used.`;
  }
}

function hasCompleted({ phase }: RolloutState): boolean {
  return phase.kind === 'completed';
}

function describeEnd(state: RolloutState): string {
  if (state.abort !== null) return 'been aborted';
  return hasCompleted(state) ? 'completed' : 'halted';
}

function describeWayOn(state: RolloutState, commands: Commands): string {
  const { order, runAgain } = commands;
  if (state.rollback !== null)
    return `It is taken back by a rollout of its own:\n  ${commands.rollbackStatus}`;
  const anew = `To deploy again, give the plan a new name, or archive this record and start over:\n  ${runAgain}`;
  const isRollback = state.plan.rollbackOf !== undefined;
  if (hasCompleted(state) || state.abort !== null) return isRollback ? '' : anew;
  const isRetried = decideOrder(state, { ...nobodys(state.updatedAt), kind: 'retry' }).kind === 'obey';
  return [
    ...(isRetried ? ['To deploy again to what failed in the wave that halted:', `  ${order('retry')}`] : []),
    'To go on without it, the failures so far acknowledged:',
    `  ${order('resume')}`,
    ...(isRollback ? [] : [anew]),
  ].join('\n');
}

export function renderChanges(changes: readonly PlanChange[]): string {
  return changes.map((change) => `  ${printable(describePlanChange(change))}`).join('\n');
}
