/** A plan, and all that bringing it forward needs. */
import type { Clock } from '../../base/clock.ts';
import type { JournalStore } from '../../store/journal.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { PlanFile } from '../../rollout/event.ts';
import type { PollingBounds } from '../../rollout/polling.ts';
import type { StartBar } from './start-bar.ts';
import type { Environment } from '../../host/environment.ts';

export type RunRequest = {
  readonly plan: RolloutPlan;
  readonly environment: Environment;
  readonly store: JournalStore;
  /** An absolute path: where hooks and gates are run. */
  readonly folder: string;
  /** Where the plan was read from, for the record; `null` where that is not known. */
  readonly planFile: PlanFile | null;
  /** Whether it is only continued by the plan on record: neither started nor changed. */
  readonly isByRecord?: boolean;
  /** Whether the record may name programs: not in CI, nor where it is not in a folder of this machine. */
  readonly isRecordTrusted?: boolean;
  /** What hooks and gates find in their environment, the API key left out; and where a CI run is told of. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Who or what has started it, for the record; where that is not said, the CI run that `env` tells of, or the user. */
  readonly startedBy?: string | null;
  /** Real time: a simulated one may pass faster. */
  readonly clock: Clock;
  readonly polling: PollingBounds;
  /** How long an API that has stopped answering is borne once something has been posted. */
  readonly apiOutageMs: number;
  /** How long to wait for another runner to let go of the rollout. */
  readonly waitLockMs: number;
  /** How long to wait, in all, while nothing is in flight; `null` where nothing is said. */
  readonly maxWaitMs: number | null;
  /** When that began, by the steady clock of `environment`. */
  readonly waitingSince: number;
  /** Whether a person is asked where the run has ended for lack of an approval. */
  readonly asksForApproval: boolean;
  /** Whether a finished rollout is archived and started over. */
  readonly again: boolean;
  /** Why it may not be started where nothing of it is on record, nor started over; `null` where it may. */
  readonly startBar: StartBar | null;
  /** Whether another unfinished rollout may share devices with this one, and an earlier one may have left them open. */
  readonly allowOverlap: boolean;
  /** What somebody has agreed to of what earlier rollouts left open, by `keysOfOpen`; nothing unless given. */
  readonly agreedOpen?: ReadonlySet<string>;
};
