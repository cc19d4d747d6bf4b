/** Why the record does not allow a run to start, and what to do. */
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
      return `rollout ${name} has already ${describeEnd(state)}; nothing was done. ${describeNext(state, commands)}`;
    case 'finished-otherwise':
      return `rollout ${name} has already ${describeEnd(state)} with another plan; nothing was done.\n${renderChanges(refusal.changes)}\n${describeNext(state, commands)}`;
    case 'plan-changed':
      return `rollout ${name} started with another plan (record: ${location}); nothing was done.\n${renderChanges(refusal.changes)}\nAfter the start, region, artifact, arguments and whenInDoubt cannot change. Limits can only become stricter, and waves keep their order. To continue with the plan on record:\n  ${commands.runByName}`;
    case 'plan-unclear':
      return `the plan on record of ${name} does not match its digest, ${state.digest} (record: ${location}); nothing was done.\n${refusal.changes.length === 0 ? 'It has the same content as the given plan, but another digest.' : renderChanges(refusal.changes)}\nThe record was edited, or a newer release of Breakwater wrote it. Use that release, or restore the record.`;
    case 'not-as-recorded':
      return `a run by name uses the plan on record, but the plan file of ${name} differs; nothing was done.\n${renderChanges(refusal.changes)}\nTo continue with the plan file (its changes are checked and recorded):\n  ${commands.runFile}`;
    case 'unfinished':
      return `rollout ${name} is not finished, so --again is refused; nothing was done. To continue it, run without --again. To abort it:\n  ${commands.order('abort')}`;
    case 'other-world':
      return state.simulated
        ? `the record of ${name} in ${location} belongs to a simulated rollout; a real rollout cannot continue it. Use another --state.`
        : `the record of ${name} in ${location} belongs to a real rollout; a simulated rollout cannot continue it. Without --state, a simulation uses its own folder.`;
  }
}

function hasCompleted({ phase }: RolloutState): boolean {
  return phase.kind === 'completed';
}

function describeEnd(state: RolloutState): string {
  if (state.abort !== null) return 'been aborted';
  return hasCompleted(state) ? 'completed' : 'halted';
}

function describeNext(state: RolloutState, commands: Commands): string {
  const { order, runAgain } = commands;
  if (state.rollback !== null)
    return `It was rolled back. Status of the rollback:\n  ${commands.rollbackStatus}`;
  const again = `To deploy again, give the plan a new name, or archive this record and start again:\n  ${runAgain}`;
  const isRollback = state.plan.rollbackOf !== undefined;
  if (hasCompleted(state) || state.abort !== null) return isRollback ? '' : again;
  const isRetried = decideOrder(state, { ...nobodys(state.updatedAt), kind: 'retry' }).kind === 'obey';
  return [
    ...(isRetried ? ['To retry the failed devices of the halted wave:', `  ${order('retry')}`] : []),
    'To continue without them and acknowledge the failures:',
    `  ${order('resume')}`,
    ...(isRollback ? [] : [again]),
  ].join('\n');
}

export function renderChanges(changes: readonly PlanChange[]): string {
  return changes.map((change) => `  ${printable(describePlanChange(change))}`).join('\n');
}
