/** What the command line gives to `run`. */
import type { ProgressChoice } from '../../../settings/settings.ts';

export type RunFlags = {
  readonly path: string;
  readonly yes: boolean;
  /** A scenario's path, `true` for the default one, `null` for the real API. */
  readonly simulate: string | true | null;
  readonly speed: number;
  readonly progress: ProgressChoice | null;
  readonly state: string | null;
  /** How long to wait for another runner to let go of the rollout, in milliseconds. */
  readonly waitLockMs: number;
  /** How long to wait, in all, for anything but devices in flight, in milliseconds; `null` where nothing is said. */
  readonly maxWaitMs: number | null;
  /** Whether a finished rollout is archived and started over. */
  readonly again: boolean;
  /** Whether a rollout may be started in CI in a place that looks as if it ended with the job. */
  readonly start: boolean;
  /** Whether nothing may be started. */
  readonly continueOnly: boolean;
  /** Whether another unfinished rollout may share devices with this one. */
  readonly allowOverlap: boolean;
  /** Whether the plan may name files outside its repository. */
  readonly allowOutside: boolean;
  readonly color: boolean;
};
