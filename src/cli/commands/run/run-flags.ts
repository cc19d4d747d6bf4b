/** The flags of `run`. */
import type { ProgressChoice } from '../../../settings/settings.ts';

export type RunFlags = {
  readonly path: string;
  readonly yes: boolean;
  /** A scenario's path, `true` for the default one, `null` for the real API. */
  readonly simulate: string | true | null;
  readonly speed: number;
  readonly progress: ProgressChoice | null;
  readonly state: string | null;
  /** How long to wait for another runner to release the lock, in milliseconds. */
  readonly waitLockMs: number;
  /** How long to wait in total for anything but devices in flight, in milliseconds; `null` for no limit. */
  readonly maxWaitMs: number | null;
  /** Whether to archive a finished rollout and start again. */
  readonly again: boolean;
  /** Whether to start in CI although the record may be lost when the job ends. */
  readonly start: boolean;
  /** Whether nothing may be started. */
  readonly continueOnly: boolean;
  /** Whether another unfinished rollout may share devices with this one. */
  readonly allowOverlap: boolean;
  /** Whether the plan may name files outside its repository. */
  readonly allowOutside: boolean;
  readonly color: boolean;
};
