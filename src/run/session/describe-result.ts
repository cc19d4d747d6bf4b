/** Why a run came to nothing, in words. */
import type { RolloutName } from '../../plan/identifiers.ts';
import type { Commands } from '../../views/wording/commands.ts';
import { adviseHeld, describeLockOwner } from '../../views/wording/describe-lock-owner.ts';
import { describeOverlapping } from '../../views/wording/describe-overlapping.ts';
import { describeOpenDeployments } from '../../views/wording/describe-open.ts';
import { describeRefusal } from '../../views/wording/describe-refusal.ts';
import type { RunEnd } from './run-result.ts';
import { describeStartBar } from './start-bar.ts';

export type EndContext = {
  readonly name: RolloutName;
  /** The store's. */
  readonly location: string;
  readonly commands: Commands;
  /** Real time, in epoch milliseconds. */
  readonly now: number;
};

/** Sentences, and what can be done, over one line or more. */
export function describeNotRun(
  end: Exclude<RunEnd, { readonly kind: 'ran' }>,
  { name, location, commands, now }: EndContext,
): string {
  switch (end.kind) {
    case 'refused':
      return describeRefusal(end.refusal, { location, commands });
    case 'neighbours':
      return describeOverlapping(name, end.neighbours);
    case 'not-started':
      return describeStartBar(end.bar, { name, location, commands });
    case 'open-deployments':
      return describeOpenDeployments(end.open, commands);
    case 'held':
      return `${describeLockOwner(name, end.holder, now)}.\n${adviseHeld(end.holder, commands)}`;
    case 'problem':
      return end.message;
  }
}
