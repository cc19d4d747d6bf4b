/**
 * When to look at a deployment again: soon at first, then as often as it is likely to have ended, and never beyond the
 * API's rate budget. A function of its inputs: no clock, no chance, the same question gets the same answer.
 *
 * Why it is so
 *
 * 1. What a poll is worth. A poll that comes too late costs waiting, one that comes too soon costs a call. If the end
 *    comes with hazard h (chance per unit of time, given that it has not come yet) and a call is worth w of waiting,
 *    then polling every `d` costs `d/2 · h` of waiting and `w/d` of calls per unit of time; the sum is least at
 *    `d = √(2w / h)`. So polls are dense where the end is likely and thin where it is not. The next poll is due when
 *    `∫ √(h / 2w)`, polls per unit of time, has grown to one.
 * 2. What is waited for is the LAST device. While `n` are open, the chance that all have ended is the n-th power of one
 *    device's, which experience tells: of earlier waves, and of this deployment so far. Waves that took five minutes
 *    are looked at closely around five minutes, and hardly before.
 * 3. Experience can be wrong. Another site may be quicker: so this deployment's own devices are also heard without the
 *    others, and whichever expects the end sooner counts. And at first there is none: so on top of both the end is
 *    always taken to be possible at a hazard of `½ / (age + 20 s)`, which gives even odds that it comes before the age
 *    is four times as great. That part falls with the number of devices seen to end, but never to nothing.
 * 4. A stuck device makes the deadline the end. It is known exactly, and has its poll; before it, the hazard has
 *    fallen, and polls are thin.
 * 5. Other devices' outcomes halt a rollout early. So the time since acceptance at most doubles from one poll to the
 *    next: no outcome goes unseen for longer than its deployment had run when it was last looked at.
 *
 * Asked again later with nothing new learned, the answer is the same: it counts from the last poll, not from `now`.
 */
import { countEnded, hazardOf, joinExperience, learnOpen, NO_EXPERIENCE } from './experience.ts';
import type { CumulativeHazard, Experience } from './experience.ts';
import { anyCallFrom, affordableFrom, UNTOLD_BUDGET } from './shared-budget.ts';
import type { SharedBudget } from './shared-budget.ts';

export type PollingBounds = {
  /** No two polls of a deployment are closer, but for the one at its end. */
  readonly minIntervalMs: number;
  /** No two are further apart, unless the rate budget makes them so. */
  readonly maxIntervalMs: number;
};

/** The state of one deployment and of what it shares. Times in epoch milliseconds. */
export type PollingInput = {
  readonly now: number;
  readonly acceptedAt: number;
  /** When watching ends for certain: the deadline, or the end of the grace after a halt if that is sooner. */
  readonly endAt: number;
  /** When the last poll was made that was answered; `null` before the first. */
  readonly lastPollAt: number | null;
  /** Devices of this deployment that have not ended, at least one. */
  readonly open: number;
  /** Of this deployment's devices that have ended; its open ones are known by `open`. */
  readonly own: Experience;
  /** Of all other devices of the rollout: ended, given up, and open in other deployments in flight. */
  readonly others: Experience;
  readonly budget: SharedBudget;
  readonly bounds: PollingBounds;
};

export type FailedPoll = {
  readonly now: number;
  /** Polls that failed without an answer in between, this one included: at least 1. */
  readonly failures: number;
  readonly blockedUntil: number | null;
};

export type PollEstimate = {
  /** If the last device ends when such devices usually do. */
  readonly likely: number;
  /** If a device stays open until the timeout, and experience misleads. */
  readonly worst: number;
};

/** So much later detection is worth one call less. The one knob: polls become rarer with its square root. */
export const CALL_WORTH_MS = 1_000;

/** Between polls of a deployment whose age cannot be told. */
const AGELESS_INTERVAL_MS = 60_000;

const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 60_000;

/** The first poll comes within ten times what a call is worth, ten seconds; later ones within the age (reason 5). */
const FIRST_POLL_PER_CALL_WORTH = 10;

/** Reason 3: hazard × age of an end of which nothing is known, for ages beyond `UNKNOWN_AGE_MS`. */
const UNKNOWN_HAZARD = 0.5;
const UNKNOWN_AGE_MS = 20_000;
/** It counts in full before any device has been seen to end, half after this many, and never less than the share. */
const UNKNOWN_DEVICES = 2;
const UNKNOWN_SHARE_MIN = 0.1;

/**
 * Experience that keeps expecting the end of a device that is stuck costs polls: this many times those of a deployment
 * followed with nothing learned, at most. Found by trying (the most misleading experience took 2.2 times), not proven.
 */
const MISLED_FACTOR = 2.5;

/** The steps in which the next poll is looked for: the first one, and how much longer each is than the one before. */
const STEP_FIRST_MS = 1_000;
const STEP_GROWTH = 1.06;

/** Chances below this are none. */
const CHANCE_MIN = 1e-12;

/**
 * When to poll the deployment next, in epoch milliseconds; `now` if that time has passed. Never before `blockedUntil`,
 * never on calls that are not there; at `endAt` at the latest where any call is left for it.
 */
export function decideNextPoll(input: PollingInput, callWorthMs = CALL_WORTH_MS): number {
  const { now, acceptedAt, lastPollAt, endAt, budget } = input;
  const lastAt = lastPollAt ?? acceptedAt;
  // A clock that has been set back must not put polls off until it has caught up.
  const wantedAt = now < lastAt ? now : lastAt + pollInterval(input, callWorthMs);
  const affordableAt = Math.max(wantedAt, affordableFrom(budget, lastAt, now));
  // The last poll tells what became of every device: it may use what is otherwise kept.
  const at = affordableAt <= endAt ? affordableAt : Math.max(wantedAt, endAt, anyCallFrom(budget, now));
  return Math.max(now, Math.ceil(at), budget.blockedUntil ?? 0);
}

/** When to try again after a poll that failed: after 1 s, 2 s, 4 s … 60 s. */
export function decideRetryAfterFailure({ now, failures, blockedUntil }: FailedPoll): number {
  const doublings = Math.min(failures - 1, Math.ceil(Math.log2(RETRY_MAX_MS / RETRY_FIRST_MS)));
  return Math.max(now + Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** doublings), blockedUntil ?? 0);
}

/**
 * How many polls a deployment takes whose last device ends at `typicalMs`, and one with a device that never ends: found
 * by polling one in virtual time with nothing learned and calls to spare.
 */
export function estimatePolls(
  deployment: { readonly timeoutMs: number; readonly typicalMs: number } & PollingBounds,
): PollEstimate {
  const { timeoutMs, typicalMs } = deployment;
  const likely = countPolls(Math.max(1, Math.min(typicalMs, timeoutMs)), deployment);
  const worst = countPolls(timeoutMs, deployment);
  return {
    likely: likely.growing + likely.longest,
    worst: Math.ceil(worst.growing * MISLED_FACTOR) + worst.longest,
  };
}

type PollCount = {
  /** Made while intervals still grew. */
  readonly growing: number;
  /** Made at the longest interval. */
  readonly longest: number;
};

function countPolls(
  until: number,
  { timeoutMs, minIntervalMs, maxIntervalMs }: { readonly timeoutMs: number } & PollingBounds,
): PollCount {
  let growing = 0;
  let lastPollAt = 0;
  while (lastPollAt < until) {
    const at = decideNextPoll({
      now: lastPollAt,
      acceptedAt: 0,
      lastPollAt,
      endAt: timeoutMs,
      open: 1,
      own: NO_EXPERIENCE,
      others: NO_EXPERIENCE,
      budget: UNTOLD_BUDGET,
      bounds: { minIntervalMs, maxIntervalMs },
    });
    const intervalMs = at - lastPollAt;
    // Once at their longest, intervals stay so.
    if (intervalMs >= maxIntervalMs)
      return { growing, longest: Math.ceil((until - lastPollAt) / intervalMs) };
    growing++;
    lastPollAt = at;
  }
  return { growing, longest: 0 };
}

/** From the last poll to the next: within the bounds and reason 5, and to the end at the most. */
function pollInterval(input: PollingInput, callWorthMs: number): number {
  const { acceptedAt, endAt, bounds } = input;
  const lastAt = input.lastPollAt ?? acceptedAt;
  // Set back to well before the acceptance, the clock tells no age to go by.
  if (acceptedAt - lastAt > AGELESS_INTERVAL_MS) return AGELESS_INTERVAL_MS;
  const age = Math.max(0, lastAt - acceptedAt);
  const unseenMsMax = Math.max(age, FIRST_POLL_PER_CALL_WORTH * callWorthMs);
  const leftMs = endAt > lastAt ? endAt - lastAt : Infinity;
  const longestMs = Math.min(leftMs, bounds.maxIntervalMs, unseenMsMax);
  const wantedMs = dueAge(age, age + longestMs, { ...input, callWorthMs }) - age;
  return Math.min(leftMs, Math.max(bounds.minIntervalMs, wantedMs));
}

type Knowledge = Pick<PollingInput, 'open' | 'own' | 'others'> & { readonly callWorthMs: number };

/** Where the polls that the hazard of the end calls for, counted from `age`, come to one; `latest` if that is sooner. */
function dueAge(age: number, latest: number, { open, own, others, callWorthMs }: Knowledge): number {
  const ownSoFar = learnOpen(own, open, age);
  const allSoFar = joinExperience(others, ownSoFar);
  const ownEnd = hazardOfLast(hazardOf(ownSoFar), open, age);
  const allEnd = hazardOfLast(hazardOf(allSoFar), open, age);
  const unknownHazard = UNKNOWN_HAZARD * unknownShare(allSoFar);
  let polls = 0;
  let from = age;
  let stepMs = STEP_FIRST_MS;
  while (from < latest) {
    const to = Math.min(latest, from + stepMs);
    const known = Math.max(ownEnd(to) - ownEnd(from), allEnd(to) - allEnd(from));
    const unknown = unknownHazard * Math.log((to + UNKNOWN_AGE_MS) / (from + UNKNOWN_AGE_MS));
    const pollsHere = Math.sqrt(((known + unknown) * (to - from)) / (2 * callWorthMs));
    if (polls + pollsHere >= 1) return from + ((to - from) * (1 - polls)) / pollsHere;
    polls += pollsHere;
    from = to;
    stepMs *= STEP_GROWTH;
  }
  return latest;
}

/** The cumulative hazard, from `age` on, of the end of the last of `devices` that are open at `age`. */
function hazardOfLast(hazard: CumulativeHazard, devices: number, age: number): CumulativeHazard {
  return (laterAge) => {
    const allEnded = (-Math.expm1(hazard(age) - hazard(laterAge))) ** devices;
    return -Math.log(Math.max(CHANCE_MIN, 1 - allEnded));
  };
}

function unknownShare(experience: Experience): number {
  return Math.max(UNKNOWN_SHARE_MIN, UNKNOWN_DEVICES / (UNKNOWN_DEVICES + countEnded(experience)));
}
