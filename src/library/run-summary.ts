/** How a run ended, for the program that ran it. */
import { describeNotRun, outcomeOfEnd } from '../run/session/run-result.ts';
import type { EndContext, RunEnd } from '../run/session/run-result.ts';
import { EXIT } from '../views/tables/outcomes.ts';
import type { RunOutcome } from '../views/tables/outcomes.ts';
import { describeSituation, situationOf } from '../views/tables/situation.ts';
import { describeStatus } from '../views/status/status-json.ts';
import { renderSummary } from '../views/summary/summary.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { RunResult } from '../run/loop/run-rollout.ts';
import { copyDocument } from './copy-document.ts';
import type { RolloutStatus } from './generated/status.d.ts';

export type RunSummary = {
  readonly outcome: RunOutcome;
  /**
   * The code that `breakwater run` would have ended with, from 0 to 6: that of `outcome`, or where the rollout was taken
   * back and that did not complete, the rollback's.
   */
  readonly exitCode: number;
  /** The rollout's name. */
  readonly rollout: string;
  /** What happened, in a line or several, for a person. */
  readonly message: string;
  /** What `breakwater run` would have printed: what happened, why, and the next command; for a person. */
  readonly text: string;
  /** Where every device stands: the document of `breakwater status --format json`. `null` where that is not known. */
  readonly status: RolloutStatus | null;
  /** What happened and could not be put on record, a sentence each: told here, or lost. */
  readonly unrecorded: readonly string[];
  /** The rollout that took this one back, where its plan has that done on a halt; else `null`. */
  readonly rollback: RunSummary | null;
};

export type SummaryContext = EndContext & {
  /** The time of the rollout, in epoch milliseconds: a simulated one's may run faster. */
  readonly rolloutNow: number;
};

export function summarise(end: RunEnd, context: SummaryContext): RunSummary {
  const outcome = outcomeOfEnd(end);
  return {
    outcome,
    exitCode: EXIT[outcome],
    rollout: context.name,
    rollback: null,
    ...(end.kind === 'ran' ? describeResult(end.result, context) : summariseNotRun(end, context)),
  };
}

/** A rollout that was taken back has failed all the same. */
export function withRollback(rollout: RunSummary, rollback: RunSummary | null): RunSummary {
  if (rollback === null) return rollout;
  const { exitCode } = rollback.exitCode === 0 ? rollout : rollback;
  return { ...rollout, exitCode, rollback };
}

type Described = Pick<RunSummary, 'message' | 'text' | 'status' | 'unrecorded'>;

function describeResult(
  { state, cause, unrecorded }: RunResult,
  { commands, rolloutNow: now }: SummaryContext,
): Described {
  // Where the journal could not take why it ended, the state does not know it.
  const statusContext = { isHeld: false, ...(cause.isRecorded ? {} : { stop: cause }) };
  const lost = cause.isRecorded ? unrecorded : [cause.message, ...unrecorded];
  return {
    message: describeSituation(state, situationOf(state, statusContext)),
    text: renderSummary(state, { ...statusContext, now, colour: false, columns: COLUMNS, commands }),
    status: statusOf(state),
    unrecorded: lost,
  };
}

const COLUMNS = 100;

function summariseNotRun(end: Exclude<RunEnd, { readonly kind: 'ran' }>, context: SummaryContext): Described {
  const message = describeNotRun(end, context);
  const status = end.kind === 'refused' ? statusOf(end.refusal.state) : null;
  return { message, text: `${message}\n`, status, unrecorded: [] };
}

function statusOf(state: RolloutState): RolloutStatus {
  return copyDocument<RolloutStatus>(describeStatus({ state, isHeld: false }));
}
