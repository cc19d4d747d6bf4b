import type { PlanFile, RunnerIdentity } from '../../rollout/event.ts';

/** What a run is told besides its plan. */
export type RunSettings = {
  readonly minIntervalMs: number;
  readonly maxIntervalMs: number;
  /** How long an API that has stopped answering is borne once something has been posted. */
  readonly apiOutageMs: number;
  /**
   * How long the run may wait in all, from its start, while nothing is in flight: for windows, soaks, gates, approvals, the
   * rate limit, an API that is away; `null`: as long as they need, and not at all for a person.
   */
  readonly maxWaitMs: number | null;
  /** When it began, by the steady clock: now, unless given. */
  readonly waitingSince?: number;
  /** Whether a person is asked where a run has ended for lack of an approval. Unless given, nobody is. */
  readonly asksForApproval?: boolean;
  readonly runner: RunnerIdentity;
  /** Breakwater's own version, for the record. */
  readonly version: string;
  /** Where the plan was read from; `null` where that is not known. */
  readonly planFile?: PlanFile | null;
};
