/**
 * What a plan file resolves to: every default applied, every device named, nothing optional left. This is the value
 * that is shown, saved, digested, journaled and run; it is plain JSON.
 */
import type { ArtifactUuid, RolloutName, Serial, WaveName } from './identifiers.ts';
import type { Threshold } from './threshold.ts';

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
  /** At least one; run in this order. */
  readonly waves: readonly Wave[];
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
  /** Whether a device that the API rejects counts as a failure or leaves the base. */
  readonly rejected: 'failure' | 'ignore';
  /** From the acceptance of each deployment. */
  readonly timeoutMs: number;
  /** `size` devices go into one deployment; `parallel` deployments are in flight at once. */
  readonly batch: { readonly size: number; readonly parallel: number };
};

/** What holds where neither the plan nor the wave says otherwise. */
export const PLAN_DEFAULTS = {
  haltGraceMs: 600_000,
  timeoutMs: 3_600_000,
  whenInDoubt: 'stop',
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
