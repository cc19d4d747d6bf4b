/**
 * How a wave and a rollout are judged.
 *
 * 1. Base: the devices planned, not those that have reported. `rejected: ignore` takes rejected devices out of it, but
 *    a wave whose devices are *all* rejected is a wave of failures: nothing deployed is never a success.
 * 2. Both thresholds come down to one number, the failures that are tolerated: `maxFailures` says it outright, and
 *    `minSuccess` says it as base less what is needed. The smaller decides, and names the reason.
 * 3. Integers only.
 * 4. A halt is certain as soon as failures exceed what is tolerated; waiting could not change it. That holds although
 *    ignored rejections may still shrink the base: what a percentage tolerates falls with the base, and what one needs
 *    falls by no more than the successes that the same rejections take away.
 */
import type { RolloutPlan, Wave } from '../plan/rollout-plan.ts';
import { neededOf, toleratedOf } from '../plan/threshold.ts';
import type { Threshold } from '../plan/threshold.ts';
import type { Tally } from './bucket.ts';

/** What a wave or a rollout may bear. */
export type Limit = {
  readonly base: number;
  /** Failures up to this many do not halt. Below zero when even no failure would not do. */
  readonly tolerated: number;
  /** How many successes are needed, where `minSuccess` is the stricter of the two; else `null`. */
  readonly needed: number | null;
};

export type Judgement = Limit & { readonly failures: number };

export type Thresholds = { readonly minSuccess: Threshold | null; readonly maxFailures: Threshold | null };

/** What `thresholds` come to for `base` devices. */
export function limitOf(thresholds: Thresholds, base: number): Limit {
  const tolerated = thresholds.maxFailures === null ? base : toleratedOf(thresholds.maxFailures, base);
  if (thresholds.minSuccess === null) return { base, tolerated, needed: null };
  const needed = neededOf(thresholds.minSuccess, base);
  return base - needed < tolerated
    ? { base, tolerated: base - needed, needed }
    : { base, tolerated, needed: null };
}

export function isExceeded(judgement: Judgement): boolean {
  return judgement.failures > judgement.tolerated;
}

export function judgeWave(wave: Wave, tally: Tally): Judgement {
  const { base, failures } = countWave(wave, tally);
  return { ...limitOf(wave, base), failures };
}

/** The plan's own `maxFailures` over all waves so far, or `null` where the plan gives none. */
export function judgeRollout(plan: RolloutPlan, tallies: readonly Tally[]): Judgement | null {
  if (plan.maxFailures === null) return null;
  let base = 0;
  let failures = 0;
  for (const [index, wave] of plan.waves.entries()) {
    const tally = tallies[index];
    const counted = tally === undefined ? { base: wave.devices.length, failures: 0 } : countWave(wave, tally);
    base += counted.base;
    failures += counted.failures;
  }
  return { ...limitOf({ minSuccess: null, maxFailures: plan.maxFailures }, base), failures };
}

function countWave(wave: Wave, tally: Tally): { readonly base: number; readonly failures: number } {
  const planned = wave.devices.length;
  const ended = tally.failed + tally['timed-out'] + tally.unknown;
  if (wave.rejected === 'ignore' && tally.rejected < planned) {
    return { base: planned - tally.rejected, failures: ended };
  }
  return { base: planned, failures: ended + tally.rejected };
}
