/**
 * What changes from one plan to another: for whoever reviews it. Everything that a plan resolves to is compared, so two
 * plans differ here exactly when their digests do.
 */
import type { ArtifactUuid, RolloutName, WaveName } from '../../plan/identifiers.ts';
import { comparePlanValues, compareWaveValues, knownArtifact } from '../../plan/plan-values.ts';
import type { SettingChange, ValueChange } from '../../plan/plan-values.ts';
import type { RolloutPlan, Wave } from '../../plan/rollout-plan.ts';
import type { Preview } from '../../rollout/preview.ts';
import { compareDevices, isReordered } from './compare-devices.ts';
import { pairWaves } from './pair-waves.ts';
import type { WavePair } from './pair-waves.ts';
import { findWorst, worstOfWave } from './worst-case.ts';
import type { WaveWorst, Worst } from './worst-case.ts';
import type { DeviceChange } from './compare-devices.ts';

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

/** Whether anything of the wave itself changes; which devices it has is told beside. */
function isWaveChanged({ before, after, isMoved, isReordered: isOther, values }: WaveDiff): boolean {
  return before?.name !== after?.name || isMoved || isOther || values.length > 0;
}

/** Whether the plans come to the same. */
export function isSamePlan({ names, plan, waves, devices }: PlanDiff): boolean {
  const isSameName = names.before === names.after;
  return isSameName && plan.length === 0 && devices.length === 0 && !waves.some(isWaveChanged);
}
