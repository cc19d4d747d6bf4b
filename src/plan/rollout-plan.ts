/**
 * A resolved plan: every default is applied, every device is listed. This value is shown, saved, digested, recorded and run.
 * It is plain JSON.
 *
 * Newer keys are left out if a plan does not use them, so that the plan keeps its digest, and every release can read its
 * record.
 */
import type { ArtifactUuid, RolloutName, Serial, WaveName } from './identifiers.ts';
import type { Percentage, Threshold } from './threshold.ts';

export type Region = 'us' | 'eu';

export type RolloutPlan = {
  readonly name: RolloutName;
  readonly description: string | null;
  readonly region: Region;
  readonly artifact: { readonly uuid: ArtifactUuid };
  /** Failures tolerated over the whole rollout, of all its devices. */
  readonly maxFailures: Threshold | null;
  /** How long devices in flight are still polled after a halt. */
  readonly haltGraceMs: number;
  /** What to do about a deployment whose answer was lost. */
  readonly whenInDoubt: 'stop' | 'post-again';
  /** What a rollback deploys to the devices that the rollout has reached; left out if the plan has none. */
  readonly rollback?: Rollback;
  /** For the plan of a rollback: the rolled-back rollout, and when it started; left out of every other plan. */
  readonly rollbackOf?: { readonly name: RolloutName; readonly startedAt: number };
  /** How many of the remaining devices must be online before anything is deployed; left out for no limit. */
  readonly preflight?: { readonly minOnline: Percentage };
  /** Commands by occasion; occasions without commands are left out, and so is an empty mapping. */
  readonly hooks?: Hooks;
  /** At least one, in the order in which they run. */
  readonly waves: readonly Wave[];
};

export type Rollback = {
  readonly artifact: { readonly uuid: ArtifactUuid };
  readonly arguments: Readonly<Record<string, string>>;
  /** Whether a halt starts it automatically. */
  readonly automatic: boolean;
  /** Tolerated failed and rejected devices; left out for none. */
  readonly maxFailures?: Threshold;
  /** Tolerated silent devices (timed out or unknown); left out for any number. */
  readonly maxTimedOut?: Threshold;
  /** Left out for the size of the rollout's largest deployment. */
  readonly batch?: { readonly size: number; readonly parallel: number };
  /** Left out for the longest `timeout` of the waves that it rolls back. */
  readonly timeoutMs?: number;
};

export type Wave = {
  readonly name: WaveName;
  /** At least one. A plan has each serial only once. */
  readonly devices: readonly Serial[];
  /** The arguments of the plan, overridden by those of the wave, by name. */
  readonly arguments: Readonly<Record<string, string>>;
  /** Needed successes. At least one of `minSuccess` and `maxFailures` is given; with both, the stricter decides. */
  readonly minSuccess: Threshold | null;
  /** Tolerated failures. */
  readonly maxFailures: Threshold | null;
  /** Tolerated devices that time out, which then do not count for `maxFailures`. Left out if they do; only rollbacks set it. */
  readonly maxTimedOut?: Threshold;
  /** Which limit counts devices that were accepted and are never listed; left out for `maxFailures`. Only rollbacks set it. */
  readonly unknown?: 'timed-out';
  /** Whether a device that the API rejects counts as a failure, or does not count at all. */
  readonly rejected: 'failure' | 'ignore';
  /** From the acceptance of each deployment. */
  readonly timeoutMs: number;
  /** `size` devices go into one deployment; `parallel` deployments are in flight at once. */
  readonly batch: { readonly size: number; readonly parallel: number };
  /** When it may be deployed; left out for any time. */
  readonly window?: Window;
  /** Whether a person must approve it before it starts. */
  readonly approval?: 'required';
  /** From the end of the wave to the next one; left out for none. */
  readonly soakMs?: number;
  /** Commands that decide after the soak whether the rollout continues; left out for none. */
  readonly gates?: readonly Gate[];
};

export const HOOK_POINTS = [
  'beforeRollout',
  'beforeWave',
  'afterWave',
  'onWait',
  'onDoubt',
  'onStop',
  'onHalt',
  'afterRollout',
] as const;

export type HookPoint = (typeof HOOK_POINTS)[number];

export type Hooks = { readonly [Point in HookPoint]?: readonly Command[] };

/** Run without a shell, from the plan's folder. */
export type Command = {
  readonly name: string;
  /** The program and its arguments. */
  readonly run: readonly string[];
  readonly timeoutMs: number;
};

export type Gate = Command & {
  /** How many retries it has, each `intervalMs` after the last attempt, before it fails. */
  readonly retries: number;
  readonly intervalMs: number;
};

/** Opens on each of `days` at `from`, and closes at `to`: on the next day if `to` is not later than `from`. */
export type Window = {
  /** Monday is 1, Sunday is 7; at least one, sorted. */
  readonly days: readonly number[];
  /** Minutes of the day, by the clock of the time zone. */
  readonly from: number;
  readonly to: number;
  /** An IANA name. */
  readonly timeZone: string;
};

/** As in a plan, Monday first. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Defaults, if neither the plan nor the wave has a value. */
export const PLAN_DEFAULTS = {
  haltGraceMs: 600_000,
  timeoutMs: 3_600_000,
  whenInDoubt: 'stop',
  commandTimeoutMs: 600_000,
  gateIntervalMs: 30_000,
  rejected: 'failure',
  maxFailures: { count: 0 },
} as const;

/** The number of devices of the whole plan. */
export function countDevices(plan: RolloutPlan): number {
  return plan.waves.reduce((sum, wave) => sum + wave.devices.length, 0);
}

/** The wave's devices in batches, in the order of deployment; the last batch may be smaller. */
export function batchesOf(wave: Wave): readonly (readonly Serial[])[] {
  return cutIntoBatches(wave.devices, wave.batch.size);
}

export function cutIntoBatches(devices: readonly Serial[], size: number): readonly (readonly Serial[])[] {
  const batches: (readonly Serial[])[] = [];
  for (let start = 0; start < devices.length; start += size) {
    batches.push(devices.slice(start, start + size));
  }
  return batches;
}
