/** How a run ended, for the calling program. */
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
   * Exit code of `breakwater run`, from 0 to 6: the code of `outcome`, or the code of the rollback if that did not complete.
   */
  readonly exitCode: number;
  /** The rollout's name. */
  readonly rollout: string;
  /** What happened, in one or more lines, for a person. */
  readonly message: string;
  /** The text that `breakwater run` prints for a person: what happened, why, and the next command. */
  readonly text: string;
  /** Status of every device: the document of `breakwater status --format json`. `null` if it is unknown. */
  readonly status: RolloutStatus | null;
  /** Events that could not be recorded, one sentence each. They appear only here. */
  readonly unrecorded: readonly string[];
  /** The automatic rollback of this rollout; `null` if there was none. */
  readonly rollback: RunSummary | null;
};

export type SummaryContext = EndContext & {
  /** Time of the rollout, in epoch milliseconds. Simulated time may run faster. */
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

/** A rollout that was rolled back still has failed. */
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
  // If the end could not be recorded, the state does not contain it.
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
