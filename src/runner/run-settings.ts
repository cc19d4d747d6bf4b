import type { RunnerIdentity } from '../rollout/event.ts';

/** What a run is told besides its plan. */
export type RunSettings = {
  readonly minIntervalMs: number;
  readonly maxIntervalMs: number;
  /** How long an API that has stopped answering is borne once something has been posted. */
  readonly apiOutageMs: number;
  readonly runner: RunnerIdentity;
  /** Breakwater's own version, for the record. */
  readonly version: string;
};
