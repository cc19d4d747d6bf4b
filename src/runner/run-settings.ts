import type { PlanFile, RunnerIdentity } from '../rollout/event.ts';

/** What a run is told besides its plan. */
export type RunSettings = {
  readonly minIntervalMs: number;
  readonly maxIntervalMs: number;
  /** How long an API that has stopped answering is borne once something has been posted. */
  readonly apiOutageMs: number;
  /**
   * How long the run may wait in all, from its start, for windows, soaks and approvals; `null`: as long as windows and
   * soaks need, and not at all for a person.
   */
  readonly maxWaitMs: number | null;
  readonly runner: RunnerIdentity;
  /** Breakwater's own version, for the record. */
  readonly version: string;
  /** Where the plan was read from; `null` where that is not known. */
  readonly planFile?: PlanFile | null;
};
