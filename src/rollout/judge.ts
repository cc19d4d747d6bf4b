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
 * 5. A kind of failure with a limit of its own (`maxTimedOut`) is judged by that alone, and is counted in no other.
 * 6. A failure that an operator has acknowledged, by resuming after a halt, no longer counts; its device stays in the
 *    base.
 * 7. No success never passes: however much is tolerated, one device has to succeed. A wave in which none can any more
 *    halts at its next failure, also where earlier failures were acknowledged. A record of release 0.1 is judged without this
 *    rule (`Rules`), as it was then.
 */
import type { RolloutPlan, Wave } from '../plan/rollout-plan.ts';
import { neededOf, toleratedOf } from '../plan/threshold.ts';
import type { Threshold } from '../plan/threshold.ts';
import type { Tally } from './device-status.ts';
import type { Rules } from './event.ts';

/** What a wave or a rollout may bear. */
export type Limit = {
  readonly base: number;
  /** Failures up to this many do not halt. Below zero when even no failure would not do. */
  readonly tolerated: number;
  /** How many successes are needed, where `minSuccess` is the stricter of the two; else `null`. */
  readonly needed: number | null;
};

export type Judgement = Limit & {
  /** Without those that were acknowledged. */
  readonly failures: number;
  readonly acknowledged: number;
};

/** Where a wave's devices are, and which of its failures were acknowledged. */
export type Score = { readonly tally: Tally; readonly acknowledged: Tally };

export type Thresholds = { readonly minSuccess: Threshold | null; readonly maxFailures: Threshold | null };

/** What `thresholds` come to for `base` devices, and, by today's rules, that one of them has to succeed (rule 7). */
export function limitOf(thresholds: Thresholds, base: number, rules: Rules): Limit {
  const limit = thresholdLimitOf(thresholds, base);
  return limit.tolerated < base || !needsSuccess(rules) ? limit : { base, tolerated: base - 1, needed: 1 };
}

function needsSuccess(rules: Rules): boolean {
  switch (rules) {
    case 1:
      return false;
    case 2:
      return true;
  }
}

/** What `thresholds` alone come to for `base` devices. */
export function thresholdLimitOf(thresholds: Thresholds, base: number): Limit {
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

export function judgeWave(wave: Wave, score: Score, rules: Rules): Judgement {
  const { base, ...counted } = countWave(wave, score);
  const judgement = { ...limitOf(wave, base, rules), ...counted };
  if (isExceeded(judgement) || !needsSuccess(rules)) return judgement;
  // Whichever limit a failure counts towards, and whatever was acknowledged: it is no success.
  const { tally, acknowledged: seen } = score;
  const acknowledged = counted.acknowledged + timedOutIn(wave, seen) + seen.inconclusive;
  const failures = counted.failures + timedOutIn(wave, tally) - timedOutIn(wave, seen);
  if (failures === 0 || failures + acknowledged < base) return judgement;
  return { base, failures, acknowledged, tolerated: base - acknowledged - 1, needed: 1 };
}

/** Timed-out devices of a wave that gives them a limit of their own, or `null`. */
export function judgeTimedOut(wave: Wave, { tally, acknowledged: seen }: Score): Judgement | null {
  if (wave.maxTimedOut === undefined) return null;
  const base = wave.devices.length;
  const acknowledged = timedOutIn(wave, seen);
  return {
    base,
    tolerated: toleratedOf(wave.maxTimedOut, base),
    needed: null,
    failures: timedOutIn(wave, tally) - acknowledged,
    acknowledged,
  };
}

/** Those that `maxTimedOut` counts; none where the wave does not give it. */
function timedOutIn({ maxTimedOut, unknown }: Wave, counts: Tally): number {
  if (maxTimedOut === undefined) return 0;
  return counts['timed-out'] + (unknown === 'timed-out' ? counts.unknown : 0);
}

/** The plan's own `maxFailures` over all waves so far, or `null` where the plan gives none. */
export function judgeRollout(plan: RolloutPlan, scores: readonly Score[], rules: Rules): Judgement | null {
  if (plan.maxFailures === null) return null;
  const sum = { base: 0, failures: 0, acknowledged: 0 };
  for (const [index, wave] of plan.waves.entries()) {
    const score = scores[index];
    const counted: Counted =
      score === undefined
        ? { base: wave.devices.length, failures: 0, acknowledged: 0 }
        : countWave(wave, score);
    sum.base += counted.base;
    sum.failures += counted.failures;
    sum.acknowledged += counted.acknowledged;
  }
  const { base, ...counted } = sum;
  return { ...limitOf({ minSuccess: null, maxFailures: plan.maxFailures }, base, rules), ...counted };
}

type Counted = { readonly base: number; readonly failures: number; readonly acknowledged: number };

function countWave(wave: Wave, { tally, acknowledged: seen }: Score): Counted {
  const planned = wave.devices.length;
  const isIgnoring = wave.rejected === 'ignore' && tally.rejected < planned;
  const failuresIn = (counts: Tally) =>
    counts.failed +
    counts['timed-out'] +
    counts.unknown +
    (isIgnoring ? 0 : counts.rejected) -
    timedOutIn(wave, counts);
  const acknowledged = failuresIn(seen);
  return {
    base: isIgnoring ? planned - tally.rejected : planned,
    failures: failuresIn(tally) - acknowledged,
    acknowledged,
  };
}
