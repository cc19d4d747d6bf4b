/**
 * What changes from one plan to another: for whoever reviews it. Everything that a plan resolves to is compared, so two
 * plans differ here exactly when their digests do.
 */
import type { ArtifactUuid, RolloutName, WaveName } from '../../plan/identifiers.ts';
import { comparePlanValues, compareWaveValues, knownArtifact } from '../../plan/plan-values.ts';
import type { SettingChange, ValueChange } from '../../plan/plan-values.ts';
import type { RolloutPlan, Wave } from '../../plan/rollout-plan.ts';
import type { Preview } from '../../rollout/preview.ts';
import { compareDevices, isReordered, pairWaves } from './match-waves.ts';
import type { DeviceChange, WavePair } from './match-waves.ts';

/** One version and the other. */
export type Sides<T> = { readonly before: T; readonly after: T };

export type PlanDiff = {
  readonly names: Sides<RolloutName>;
  /** `null` for one that is named by its file and is not on record as uploaded. */
  readonly artifacts: Sides<ArtifactUuid | null>;
  /** Of what concerns the whole plan. */
  readonly plan: readonly ValueChange[];
  /** In the new plan's order; those that were removed last. Waves without any change too. */
  readonly waves: readonly WaveDiff[];
  /** In the order of the old plan's waves, and of the new one's; those that are added last. */
  readonly devices: readonly DeviceChange[];
  readonly worst: Sides<Worst>;
};

export type WaveDiff = {
  /** The old plan's name of it and its place, from 1; `null` where it is added. */
  readonly before: WavePlace | null;
  /** `null` where it is removed. */
  readonly after: WavePlace | null;
  /** Whether it comes before or after another wave that is in both plans, and did not. */
  readonly isMoved: boolean;
  /** Whether the same devices are in another order, and so in other batches. */
  readonly isReordered: boolean;
  readonly values: readonly ValueChange[];
  readonly worst: Sides<WaveWorst | null>;
};

export type WavePlace = { readonly name: WaveName; readonly at: number; readonly devices: number };

/** How much a plan lets happen, at its worst and on average. */
export type Worst = {
  readonly devices: number;
  readonly deployments: number;
  /** Failures that may be spread over the waves without any of them being halted. */
  readonly unhalted: number;
  /** Devices that an artifact which breaks every one of them has reached when the rollout halts. */
  readonly brokenByAll: number;
  /** Devices that one which breaks some of them (`ODDS_BREAKAGE`) breaks until it is stopped, on average. */
  readonly brokenOnAverage: number;
  /** The chance that one of that kind is not stopped. */
  readonly completes: number;
  readonly longestMs: number;
};

export type WaveWorst = {
  readonly haltsAtFailure: number;
  /** Devices that may be broken by then, by an artifact that breaks every one. */
  readonly broken: number;
};

export function diffPlans({ before, after }: Sides<Preview>): PlanDiff {
  const plans = { before: before.plan, after: after.plan };
  const pairs = pairWaves(plans);
  return {
    names: { before: before.plan.name, after: after.plan.name },
    artifacts: { before: knownArtifact(before.plan), after: knownArtifact(after.plan) },
    plan: comparePlanValues(before.plan, after.plan).map(asValueChange),
    waves: pairs.map((pair) => diffWave(pair, { before, after })),
    devices: compareDevices(plans, pairs),
    worst: { before: findWorst(before), after: findWorst(after) },
  };
}

function diffWave({ before, after, isMoved }: WavePair, previews: Sides<Preview>): WaveDiff {
  const [old, fresh] = [waveAt(previews.before.plan, before), waveAt(previews.after.plan, after)];
  const isInBoth = old !== null && fresh !== null;
  return {
    before: placeOf(old, before),
    after: placeOf(fresh, after),
    isMoved,
    isReordered: isInBoth && isReordered(old, fresh),
    values: isInBoth ? compareWaveValues(old, fresh).map(asValueChange) : [],
    worst: {
      before: before === null ? null : worstOfWave(previews.before, before),
      after: after === null ? null : worstOfWave(previews.after, after),
    },
  };
}

function asValueChange({ key, before, after }: SettingChange): ValueChange {
  return { key, before, after };
}

function waveAt({ waves }: RolloutPlan, index: number | null): Wave | null {
  return index === null ? null : (waves[index] ?? null);
}

function placeOf(wave: Wave | null, index: number | null): WavePlace | null {
  return wave === null || index === null
    ? null
    : { name: wave.name, at: index + 1, devices: wave.devices.length };
}

function findWorst(preview: Preview): Worst {
  const { devices, waves, odds, longestMs } = preview;
  return {
    devices,
    deployments: waves.reduce((sum, { batches }) => sum + batches, 0),
    unhalted: findUnhalted(preview),
    brokenByAll: findBrokenByAll(preview),
    brokenOnAverage: odds.broken,
    completes: odds.completes,
    longestMs,
  };
}

function worstOfWave({ waves }: Preview, index: number): WaveWorst | null {
  const preview = waves[index];
  if (preview === undefined) return null;
  const { halt } = preview;
  return { haltsAtFailure: halt.atFailure, broken: halt.reached };
}

function findUnhalted({ limit: inRollout, waves }: Preview): number {
  const inAll = inRollout?.tolerated ?? Infinity;
  const inWaves = waves.reduce(
    (sum, { wave, limit }) => sum + Math.max(0, Math.min(limit.tolerated, wave.devices.length)),
    0,
  );
  return Math.min(inAll, inWaves);
}

/** An artifact that breaks every device never gets past the first wave: no wave passes without a success. */
function findBrokenByAll({ waves }: Preview): number {
  return waves[0]?.halt.reached ?? 0;
}

/** Whether anything of the wave itself changes; which devices it has is told beside. */
function isWaveChanged({ before, after, isMoved, isReordered: isOther, values }: WaveDiff): boolean {
  return before?.name !== after?.name || isMoved || isOther || values.length > 0;
}

/** Whether the plans come to the same. */
export function isSamePlan({ names, plan, waves, devices }: PlanDiff): boolean {
  const isSameName = names.before === names.after;
  return isSameName && plan.length === 0 && devices.length === 0 && !waves.some(isWaveChanged);
}
