/**
 * What a plan file resolves to: every default applied, every device named. This is the value that is shown, saved,
 * digested, journaled and run; it is plain JSON.
 *
 * What came to the format later is left out where a plan does not use it, so that such a plan keeps its digest, and a
 * record of it is read by every release.
 */
import type { ArtifactUuid, RolloutName, Serial, WaveName } from './identifiers.ts';
import type { Percentage, Threshold } from './threshold.ts';

export type Region = 'us' | 'eu';

export type RolloutPlan = {
  readonly name: RolloutName;
  readonly description: string | null;
  readonly region: Region;
  readonly artifact: { readonly uuid: ArtifactUuid };
  /** Tolerated over the whole rollout; base: all its devices. */
  readonly maxFailures: Threshold | null;
  /** How long devices in flight are still polled after a halt. */
  readonly haltGraceMs: number;
  /** What to do about a deployment whose answer was lost. */
  readonly whenInDoubt: 'stop' | 'post-again';
  /** What takes the rollout back from the devices that it has reached; left out where nothing does. */
  readonly rollback?: Rollback;
  /** Of a plan that was made to take another rollout back: which one, and when that started; left out of every other plan. */
  readonly rollbackOf?: { readonly name: RolloutName; readonly startedAt: number };
  /** How many of the devices to come must be online before anything is posted; left out where it does not matter. */
  readonly preflight?: { readonly minOnline: Percentage };
  /** Commands by occasion, those without any left out; left out as a whole where there are none. */
  readonly hooks?: Hooks;
  /** At least one; run in this order. */
  readonly waves: readonly Wave[];
};

export type Rollback = {
  readonly artifact: { readonly uuid: ArtifactUuid };
  readonly arguments: Readonly<Record<string, string>>;
  /** Whether it is done without being told, on a halt. */
  readonly automatic: boolean;
  /** Failed and rejected devices that it tolerates; left out for none. */
  readonly maxFailures?: Threshold;
  /** Silent devices that it tolerates, timed out or unknown; left out for any number. */
  readonly maxTimedOut?: Threshold;
  /** Left out for deployments as large as the largest that the rollout made. */
  readonly batch?: { readonly size: number; readonly parallel: number };
  /** Left out for the longest `timeout` of the waves that it reaches. */
  readonly timeoutMs?: number;
};

export type Wave = {
  readonly name: WaveName;
  /** At least one; no serial stands twice in a plan. */
  readonly devices: readonly Serial[];
  /** The plan's arguments with the wave's own laid over them, by name. */
  readonly arguments: Readonly<Record<string, string>>;
  /** Needed. At least one of `minSuccess` and `maxFailures` is given; with both, the stricter decides. */
  readonly minSuccess: Threshold | null;
  /** Tolerated. */
  readonly maxFailures: Threshold | null;
  /** Devices tolerated that time out: these are not counted in `maxFailures`. Left out where they are; only rollbacks set it. */
  readonly maxTimedOut?: Threshold;
  /** Which limit counts devices that were accepted and are never listed; left out for `maxFailures`. Only rollbacks set it. */
  readonly unknown?: 'timed-out';
  /** Whether a device that the API rejects counts as a failure or leaves the base. */
  readonly rejected: 'failure' | 'ignore';
  /** From the acceptance of each deployment. */
  readonly timeoutMs: number;
  /** `size` devices go into one deployment; `parallel` deployments are in flight at once. */
  readonly batch: { readonly size: number; readonly parallel: number };
  /** When it may be posted; at any time where it is left out. */
  readonly window?: Window;
  /** Whether a person must approve it before it starts. */
  readonly approval?: 'required';
  /** From its judgement to the next wave; left out for none. */
  readonly soakMs?: number;
  /** Commands that decide after the soak whether to go on; left out for none. */
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
  /** How many more times it is tried, `intervalMs` after the last, before it has failed. */
  readonly retries: number;
  readonly intervalMs: number;
};

/** Opens on each of `days` at `from`, and closes at `to`: on the day after where that is not later than `from`. */
export type Window = {
  /** Monday is 1 and Sunday 7; in their order, at least one. */
  readonly days: readonly number[];
  /** Minutes of the day, by the clock of the time zone. */
  readonly from: number;
  readonly to: number;
  /** An IANA name. */
  readonly timeZone: string;
};

/** As a plan writes them, Monday first. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** What holds where neither the plan nor the wave says otherwise. */
export const PLAN_DEFAULTS = {
  haltGraceMs: 600_000,
  timeoutMs: 3_600_000,
  whenInDoubt: 'stop',
  commandTimeoutMs: 600_000,
  gateIntervalMs: 30_000,
  rejected: 'failure',
  maxFailures: { count: 0 },
} as const;

/** How many devices the whole plan reaches. */
export function countDevices(plan: RolloutPlan): number {
  return plan.waves.reduce((sum, wave) => sum + wave.devices.length, 0);
}

/** The wave's devices in the order and the groups in which they are posted; the last group may be smaller. */
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
