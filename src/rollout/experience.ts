/**
 * What a rollout has learned of how long its devices take, in a form that stays small: two counts for each of some
 * seventy spans of age, whatever the number of devices. Spans widen by a fifth, because what matters of a duration
 * is its proportion.
 *
 *     age         1 s    1.2 s   1.4 s   …   5 m    6 m    7.2 m   …   7 d
 *     ended        0       0       3         41     17       2          0     devices that ended in this span
 *     open         0       0       0          0      4       0          0     not ended when last looked at, in this span
 *
 * It is a life table: a device that is still open, or was given up at its timeout, counts as one that could have ended
 * in every span up to its age and did not. Leaving those out would teach that devices end sooner than they do.
 *
 * Joining is addition, so experience can be folded in any order, kept per deployment and summed.
 */
import { present } from '../base/assert.ts';

export type Experience = {
  readonly ended: readonly number[];
  readonly open: readonly number[];
};

/** A device's end was seen: it took at least `afterMs` and at most `byMs` since its deployment was accepted. */
export type DeviceTime = { readonly afterMs: number; readonly byMs: number };

/** Expected number of endings of one device up to an age: grows with the age, 0 at 0. Its slope is the hazard. */
export type CumulativeHazard = (ageMs: number) => number;

const SPAN_FIRST_MS = 1_000;
const SPAN_GROWTH = 1.2;
const AGE_MS_MAX = 7 * 86_400_000;
const SPANS = Math.ceil(Math.log(AGE_MS_MAX / SPAN_FIRST_MS) / Math.log(SPAN_GROWTH));

/**
 * A span's own counts outweigh what the spans before it showed once it has had this many open devices: few devices
 * in a tail say little, and nobody has been seen at ages that no device has reached.
 */
const DEVICES_TO_TRUST = 5;

/** No span is sure to end a device, however many ended in it. */
const CHANCE_MAX = 0.999;

const NONE: readonly number[] = Array.from({ length: SPANS }, () => 0);

export const NO_EXPERIENCE: Experience = { ended: NONE, open: NONE };

/** Adds devices that have ended. Where the API gave a time, both bounds are that time; else the polls before and after. */
export function learnEnded(experience: Experience, times: readonly DeviceTime[]): Experience {
  const ended = [...experience.ended];
  for (const { afterMs, byMs } of times) {
    const span = Math.floor(spanOf((afterMs + byMs) / 2));
    ended[span] = (ended[span] ?? 0) + 1;
  }
  return { ...experience, ended };
}

/** Adds `devices` that had not ended at `ageMs`: given up at their timeout, or in flight when last polled. */
export function learnOpen(experience: Experience, devices: number, ageMs: number): Experience {
  const span = Math.floor(spanOf(ageMs));
  return { ...experience, open: experience.open.with(span, (experience.open[span] ?? 0) + devices) };
}

export function joinExperience(a: Experience, b: Experience): Experience {
  return {
    ended: a.ended.map((count, span) => count + (b.ended[span] ?? 0)),
    open: a.open.map((count, span) => count + (b.open[span] ?? 0)),
  };
}

/** How many devices have been seen to end. */
export function countEnded({ ended }: Experience): number {
  return ended.reduce((sum, count) => sum + count, 0);
}

/**
 * What experience says of a device that is like those seen. In a span where few were seen, the chance of the span
 * before it carries on, so that a tail thins out as it was thinning out.
 */
export function hazardOf({ ended, open }: Experience): CumulativeHazard {
  const reached = new Array<number>(SPANS).fill(0);
  let later = 0;
  for (let span = SPANS - 1; span >= 0; span--) {
    const stopped = open[span] ?? 0;
    later += (ended[span] ?? 0) + stopped;
    // Those last seen in this span were open for half of it, on average.
    reached[span] = later - stopped / 2;
  }
  const upTo = [0];
  let chance = 0;
  let hazard = 0;
  for (let span = 0; span < SPANS; span++) {
    const seen = (ended[span] ?? 0) + DEVICES_TO_TRUST * chance;
    chance = Math.min(CHANCE_MAX, seen / ((reached[span] ?? 0) + DEVICES_TO_TRUST));
    hazard -= Math.log1p(-chance);
    upTo.push(hazard);
  }
  return (ageMs) => {
    const place = spanOf(ageMs);
    const span = Math.floor(place);
    const below = present(upTo[span], 'the hazard up to a span');
    const above = present(upTo[span + 1], 'the hazard after a span');
    return below + (above - below) * (place - span);
  };
}

/** Where an age lies among the spans: its whole part is the span, the rest how far into it. */
function spanOf(ageMs: number): number {
  const place = Math.log(Math.max(1, ageMs / SPAN_FIRST_MS)) / Math.log(SPAN_GROWTH);
  return Math.min(place, SPANS - 1);
}
