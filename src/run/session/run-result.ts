/** How a run ended: in full, and as the word that says who has to act. */
import type { LockOwner } from '../../rollout/event.ts';
import type { JournalProblem } from '../../store/journal.ts';
import { OUTCOME_OF_STOP } from '../../views/tables/outcomes.ts';
import type { RunOutcome } from '../../views/tables/outcomes.ts';
import type { Refusal } from '../../rollout/entry.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { RunResult } from '../loop/run-rollout.ts';
import type { Overlap } from './overlap.ts';
import type { StartBar } from './start-bar.ts';
import type { RolloutName } from '../../plan/identifiers.ts';
import type { Commands } from '../../views/wording/commands.ts';
import {
  adviseHeld,
  describeLockOwner,
  describeOverlapping,
  describeOpenDeployments,
} from '../../views/wording/describe-others.ts';
import { describeRefusal } from '../../views/wording/describe-refusal.ts';
import { describeStartBar } from './start-bar.ts';

export type RunEnd =
  | { readonly kind: 'ran'; readonly result: RunResult }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'not-started'; readonly bar: StartBar }
  | Overlap
  /** `isStopped`: it was waited for until the run was to end. */
  | { readonly kind: 'held'; readonly holder: LockOwner | null; readonly isStopped: boolean }
  | JournalProblem;

export function outcomeOfEnd(end: RunEnd): RunOutcome {
  switch (end.kind) {
    case 'ran':
      return outcomeOfRun(end.result);
    case 'refused':
      return end.refusal.kind === 'finished' ? outcomeOfFinished(end.refusal.state) : 'refused';
    case 'neighbours':
    case 'not-started':
    case 'open-deployments':
      return 'refused';
    case 'held':
      return end.isStopped ? 'unfinished' : 'held';
    case 'problem':
      return end.problem === 'lost' ? 'held' : 'environment';
  }
}

function outcomeOfFinished({ phase }: RolloutState): RunOutcome {
  return phase.kind === 'completed' ? 'completed' : 'halted';
}

function outcomeOfRun({ state, cause }: RunResult): RunOutcome {
  // A rollout that has halted stays so, whatever ended the watch over what was in flight.
  const isWatchOver = cause.why === 'interrupted' || (cause.why === 'environment' && cause.isRecorded);
  return isWatchOver && hasHalted(state) ? 'halted' : OUTCOME_OF_STOP[cause.why];
}

function hasHalted({ phase }: RolloutState): boolean {
  return phase.kind === 'halted' || phase.kind === 'closed';
}

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
