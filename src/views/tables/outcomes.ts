/**
 * How a command or a run can end: one word each, its exit code, and its meaning. The command line, the library, the
 * reports, the GitHub Action and the README all use these words; a new one is a new line of `OUTCOMES`.
 */
import type { StopReason } from '../../rollout/event.ts';

/**
 * How a run of a rollout can end.
 *
 * - `completed`: every wave has passed, now or in an earlier run.
 * - `halted`: too many devices failed, or the rollout was aborted. It continues only after an operator's order.
 * - `refused`: the plan, the settings or the request is wrong or does not match the record. Nothing was done.
 * - `unfinished`: stopped, paused, or the wait exceeds its limit. Another run continues it.
 * - `environment`: the API, the key or the record stopped it. After the fix, another run continues it.
 * - `held`: another runner holds the lock.
 * - `in-doubt`: a deployment may or may not exist. An operator must settle it first.
 */
export type RunOutcome =
  'completed' | 'halted' | 'refused' | 'unfinished' | 'environment' | 'held' | 'in-doubt';

/** How a command can end. `different`: of `diff --exit-code`, the plans differ. */
export type Outcome = RunOutcome | 'different' | 'bug';

/** The exit code of a process: it tells whether to run again, and who must act. */
export const EXIT = {
  completed: 0,
  halted: 1,
  refused: 2,
  unfinished: 3,
  environment: 4,
  held: 5,
  'in-doubt': 6,
  different: 10,
  bug: 70,
} as const satisfies Readonly<Record<Outcome, number>>;

export type ExitCode = (typeof EXIT)[Outcome];

/** `brief`: in the list of `--help`. `meaning`: in a report, for whoever started the run. */
type OutcomeFacts = { readonly brief: string; readonly meaning: string };

export const OUTCOMES: Readonly<Record<Outcome, OutcomeFacts>> = {
  completed: { brief: 'done', meaning: 'the rollout is complete' },
  halted: { brief: 'halted', meaning: 'the rollout halted or was aborted' },
  refused: {
    brief: 'the plan, the settings or the command line is wrong',
    meaning: 'the plan, the settings or the command line is wrong',
  },
  unfinished: {
    brief: 'not finished (run again to continue)',
    meaning: 'not finished; run again to continue',
  },
  environment: {
    brief: 'API, credentials or record',
    meaning: 'the API, the credentials or the record stopped it',
  },
  held: { brief: 'locked by another runner', meaning: 'another runner holds the lock of the rollout' },
  'in-doubt': {
    brief: 'a deployment is in doubt',
    meaning: 'a deployment is in doubt and needs `settle`',
  },
  different: { brief: 'the plans differ (diff --exit-code)', meaning: 'the plans differ' },
  bug: { brief: 'a bug', meaning: 'a bug in Breakwater' },
};

/** In the order of their codes. */
export const OUTCOME_NAMES = Object.keys(OUTCOMES) as readonly Outcome[];

/** `lost`: the run no longer holds the lock. */
export const OUTCOME_OF_STOP: Readonly<Record<StopReason | 'lost', RunOutcome>> = {
  completed: 'completed',
  halted: 'halted',
  'in-doubt': 'in-doubt',
  paused: 'unfinished',
  waiting: 'unfinished',
  interrupted: 'unfinished',
  environment: 'environment',
  lost: 'held',
};
