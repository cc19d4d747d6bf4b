/**
 * Deployments in flight that share one API key with a fixed-window limit, followed in virtual time as the runner does:
 * asked before and after every sleep, answers that take their time, many calls under way at once, and others who use
 * the same key. For the tests of polling and for its bench.
 */
import { hashText, seededRandom } from '../../src/base/random.ts';
import type { Budget } from '../../src/backend/api.ts';
import { budgetAt, budgetLess, UNKNOWN_BUDGET, updateBudget } from '../../src/backend/allxon/learned.ts';
import { joinExperience, learnEnded, learnOpen, NO_EXPERIENCE } from '../../src/rollout/experience.ts';
import type { Experience } from '../../src/rollout/experience.ts';
import type { PollingBounds, PollingInput } from '../../src/rollout/polling.ts';
import { nextCallAt } from '../../src/rollout/shared-budget.ts';

export type RateLimitedWorld = {
  /** Calls in a window, by everybody. */
  readonly limit: number;
  readonly windowMs: number;
  /** How a Reset is told, in whole seconds: cut, or rounded up. */
  readonly reset: 'cut' | 'up';
  /** How long an answer takes: at least, and at most on top of it. */
  readonly answerMs: { readonly least: number; readonly spread: number };
  /** Calls of others, as a part of the limit: evenly over each window. */
  readonly othersShare: number;
  /** How far into a window the first wave starts, 0 to 1. */
  readonly startsInWindow: number;
  /** Waves of deployments of device times, in milliseconds since acceptance; `Infinity` for a stuck one. */
  readonly waves: readonly (readonly (readonly number[])[])[];
  readonly timeoutMs: number;
  readonly bounds: PollingBounds;
  readonly seed: number;
};

export type FollowedWorld = {
  readonly polls: number;
  /** Answers with 429. */
  readonly refused: number;
  /** For each deployment, from the end of its last device, or its deadline, until a poll saw it. */
  readonly lagsMs: readonly number[];
  /** From the start until the last wave's end was seen. */
  readonly tookMs: number;
};

export type Policy = {
  /** When a deployment is polled next. */
  readonly nextPoll: (input: PollingInput) => number;
  /** From when on a call may be made. */
  readonly nextCall: typeof nextCallAt;
  /** What the API does with a call that is over the limit: refuses it, or answers it in the next window. */
  readonly beyond: 'refused' | 'served-later';
};

/** A multiple of every window's length. */
const EPOCH = 1_800_000_000_000;

/** Obeys a 429, and knows nothing else of the limit. */
export const UNAWARE: Policy['nextCall'] = ({ blockedUntil }, _, now) => Math.max(now, blockedUntil ?? 0);

/** As a run goes about it. */
export const ADAPTIVE: Pick<Policy, 'nextCall' | 'beyond'> = { nextCall: nextCallAt, beyond: 'refused' };

type Flight = {
  /** In ascending order. */
  readonly deviceMs: readonly number[];
  readonly acceptedAt: number;
  readonly lastPollAt: number | null;
  /** How many devices had ended by the last poll. */
  readonly ended: number;
  readonly own: Experience;
};

/** Follows all waves, each starting when the one before has ended. */
export function followWorld(world: RateLimitedWorld, policy: Policy): FollowedWorld {
  const { nextPoll } = policy;
  const timeline = createTimeline(EPOCH + Math.round(world.startsInWindow * world.windowMs));
  const key = createKey(world, policy, timeline);
  const flights = new Map<number, Flight>();
  const lagsMs: number[] = [];
  let finished = NO_EXPERIENCE;
  let polls = 0;
  let postsToCome = world.waves.flat().length;

  function startWave(index: number): void {
    const wave = world.waves[index];
    if (wave === undefined) return;
    let open = wave.length;
    const onEnd = () => {
      open--;
      if (open === 0) startWave(index + 1);
    };
    for (const deviceMs of wave)
      post(
        deviceMs.toSorted((a, b) => a - b),
        onEnd,
      );
  }

  function post(deviceMs: readonly number[], onEnd: () => void): void {
    key.whenFree(() => {
      key.call((isRefused) => {
        if (isRefused) {
          post(deviceMs, onEnd);
          return;
        }
        const number = postsToCome--;
        flights.set(number, {
          deviceMs,
          acceptedAt: timeline.now(),
          lastPollAt: null,
          ended: 0,
          own: NO_EXPERIENCE,
        });
        follow(number, onEnd);
      });
    });
  }

  function follow(number: number, onEnd: () => void): void {
    const flight = flights.get(number);
    if (flight === undefined) throw new Error(`no deployment ${number}`);
    const at = nextPoll(inputFor(number, flight));
    if (at > timeline.now()) {
      timeline.at(at, () => {
        follow(number, onEnd);
      });
      return;
    }
    key.whenFree(() => {
      const polledAt = timeline.now();
      polls++;
      key.call((isRefused) => {
        if (!isRefused && see(number, flight, polledAt)) onEnd();
        else follow(number, onEnd);
      });
    });
  }

  /** Whether the deployment has ended. */
  function see(number: number, flight: Flight, polledAt: number): boolean {
    const { deviceMs, acceptedAt } = flight;
    const ageMs = polledAt - acceptedAt;
    const ended = deviceMs.filter((ms) => ms <= ageMs).length;
    const times = deviceMs.slice(flight.ended, ended).map((ms) => ({ afterMs: ms, byMs: ms }));
    const next = { ...flight, lastPollAt: polledAt, ended, own: learnEnded(flight.own, times) };
    flights.set(number, next);
    if (ended < deviceMs.length && ageMs < world.timeoutMs) return false;
    lagsMs.push(ageMs - Math.min(world.timeoutMs, deviceMs[deviceMs.length - 1] ?? 0));
    finished = joinExperience(finished, experienceOf(next));
    flights.delete(number);
    return true;
  }

  function inputFor(number: number, flight: Flight): PollingInput {
    const others = [...flights].filter(([other]) => other !== number).map(([, other]) => experienceOf(other));
    return {
      now: timeline.now(),
      acceptedAt: flight.acceptedAt,
      endAt: flight.acceptedAt + world.timeoutMs,
      lastPollAt: flight.lastPollAt,
      open: flight.deviceMs.length - flight.ended,
      own: flight.own,
      others: others.reduce(joinExperience, finished),
      budget: {
        ...key.budget(),
        callsUnderWay: 0,
        callsReserved: postsToCome,
        deployments: flights.size,
        sharers: 1,
      },
      bounds: world.bounds,
    };
  }

  // As a run does: one call first, after which the budget is known.
  key.call(() => {
    startWave(0);
  });
  const tookMs = timeline.run();
  return { polls, refused: key.refused(), lagsMs, tookMs };
}

function experienceOf({ own, deviceMs, ended, lastPollAt, acceptedAt }: Flight): Experience {
  return learnOpen(own, deviceMs.length - ended, (lastPollAt ?? acceptedAt) - acceptedAt);
}

/**
 * A rollout that is quick for its limit, and that the limit slows down: waves of many deployments, whose devices take a
 * part of a window.
 */
export function busyWorld(
  limited: Pick<RateLimitedWorld, 'limit' | 'windowMs' | 'reset' | 'startsInWindow'>,
): RateLimitedWorld {
  const { limit, windowMs } = limited;
  const isTrial = windowMs < 60_000;
  const inFlight = Math.ceil(limit / 10);
  const waves = Array.from({ length: isTrial ? 12 : 4 }, () =>
    Array.from({ length: inFlight }, (_, index) => [
      windowMs / 60,
      (windowMs * (1 + index)) / (2 * inFlight),
    ]),
  );
  return {
    ...limited,
    waves,
    answerMs: isTrial ? { least: 5, spread: 30 } : { least: 50, spread: 300 },
    othersShare: 0,
    timeoutMs: 3_600_000,
    bounds: isTrial
      ? { minIntervalMs: 50, maxIntervalMs: 200 }
      : { minIntervalMs: 5_000, maxIntervalMs: 300_000 },
    seed: 3,
  };
}

type Timeline = {
  now(): number;
  at(time: number, run: () => void): void;
  /** Runs until nothing is left to do; resolves to how long that took. */
  run(): number;
};

function createTimeline(startAt: number): Timeline {
  let queue: readonly { readonly time: number; readonly run: () => void }[] = [];
  let now = startAt;
  return {
    now: () => now,
    at(time, run) {
      const after = queue.findIndex((other) => other.time > time);
      queue = queue.toSpliced(after === -1 ? queue.length : after, 0, { time: Math.max(now, time), run });
    },
    run() {
      for (let [next] = queue; next !== undefined; [next] = queue) {
        queue = queue.slice(1);
        now = next.time;
        next.run();
      }
      return now - startAt;
    },
  };
}

type Key = {
  /** Sends a call now; `then` is told whether it was refused, when the answer has come. */
  call(then: (isRefused: boolean) => void): void;
  whenFree(then: () => void): void;
  budget(): Budget;
  refused(): number;
};

/** The API's limit, and what its answers have told so far, as a client reads them. */
function createKey(world: RateLimitedWorld, policy: Policy, timeline: Timeline): Key {
  const { limit, windowMs, othersShare, seed, answerMs } = world;
  const random = seededRandom(hashText(`answers ${seed}`));
  const ours = new Map<number, number>();
  let known: Budget = UNKNOWN_BUDGET;
  let callsUnderWay = 0;
  let refused = 0;
  const budget = () => budgetLess(budgetAt(known, timeline.now()), callsUnderWay);

  function leftIn(window: number): number {
    const passed = window === Math.floor(timeline.now() / windowMs) ? timeline.now() % windowMs : 0;
    return limit - Math.floor((othersShare * limit * passed) / windowMs) - (ours.get(window) ?? 0);
  }

  /** When it is served, and what it is told. */
  function serve() {
    let window = Math.floor(timeline.now() / windowMs);
    while (policy.beyond === 'served-later' && leftIn(window) < 1) window++;
    const isRefused = leftIn(window) < 1;
    if (!isRefused) ours.set(window, (ours.get(window) ?? 0) + 1);
    const resetS = ((window + 1) * windowMs) / 1000;
    const headers = new Map([
      ['x-ratelimit-limit', String(limit)],
      ['x-ratelimit-remaining', String(Math.max(0, leftIn(window)))],
      ['x-ratelimit-reset', String(world.reset === 'cut' ? Math.floor(resetS) : Math.ceil(resetS))],
    ]);
    const startedAt = Math.max(timeline.now(), window * windowMs);
    return {
      isRefused,
      startedAt,
      headers: policy.beyond === 'refused' ? headers : new Map<string, string>(),
    };
  }

  return {
    call(then) {
      const { isRefused, startedAt, headers } = serve();
      callsUnderWay++;
      timeline.at(startedAt + answerMs.least + Math.floor(random() * answerMs.spread), () => {
        callsUnderWay--;
        if (isRefused) refused++;
        const status = isRefused ? 429 : 200;
        known = updateBudget(known, { headers, status, now: timeline.now(), offsetMs: 0 });
        then(isRefused);
      });
    },
    whenFree: function wait(then) {
      const at = policy.nextCall(budget(), callsUnderWay, timeline.now());
      if (at <= timeline.now()) then();
      else
        timeline.at(at, () => {
          wait(then);
        });
    },
    budget,
    refused: () => refused,
  };
}
