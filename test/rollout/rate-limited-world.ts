/**
 * Deployments in flight that share one API key with a fixed-window limit, followed in virtual time as the runner does:
 * asked before and after every sleep, answers that take their time, many calls under way at once, and others who use
 * the same key. For the tests of polling and for its bench.
 */
import { hashText, seededRandom } from '../../src/base/random.ts';
import { joinExperience, learnEnded, learnOpen, NO_EXPERIENCE } from '../../src/rollout/experience.ts';
import type { Experience } from '../../src/rollout/experience.ts';
import type { PollingBounds, PollingInput, SharedBudget } from '../../src/rollout/polling.ts';

export type RateLimitedWorld = {
  /** Calls in an hour, by everybody. */
  readonly limit: number;
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

const WINDOW_MS = 3_600_000;
const ANSWER_MS_MIN = 50;
const ANSWER_MS_SPREAD = 1_500;

type Flight = {
  /** In ascending order. */
  readonly deviceMs: readonly number[];
  readonly acceptedAt: number;
  readonly lastPollAt: number | null;
  /** How many devices had ended by the last poll. */
  readonly ended: number;
  readonly own: Experience;
};

/** Follows all waves, each starting when the one before has ended; `nextPoll` is the policy. */
export function followWorld(
  world: RateLimitedWorld,
  nextPoll: (input: PollingInput) => number,
): FollowedWorld {
  const timeline = createTimeline(Math.round(world.startsInWindow * WINDOW_MS));
  const key = createKey(world, timeline);
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
    key.whenAnyLeft(() => {
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
    const polledAt = timeline.now();
    polls++;
    key.call((isRefused) => {
      if (!isRefused && see(number, flight, polledAt)) onEnd();
      else follow(number, onEnd);
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
      budget: { ...key.budget(), callsReserved: postsToCome, deployments: flights.size },
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
  whenAnyLeft(then: () => void): void;
  budget(): Omit<SharedBudget, 'callsReserved' | 'deployments'>;
  refused(): number;
};

/** The API's limit, and what its answers have told so far. */
function createKey({ limit, othersShare, seed }: RateLimitedWorld, timeline: Timeline): Key {
  const random = seededRandom(hashText(`answers ${seed}`));
  const ours = new Map<number, number>();
  let told: { readonly remaining: number; readonly resetAt: number } | null = null;
  let blockedUntil: number | null = null;
  let callsUnderWay = 0;
  let refused = 0;

  function serve(): { readonly remaining: number; readonly resetAt: number; readonly isRefused: boolean } {
    const window = Math.floor(timeline.now() / WINDOW_MS);
    const resetAt = (window + 1) * WINDOW_MS;
    const used = ours.get(window) ?? 0;
    const byOthers = Math.floor((othersShare * limit * (timeline.now() % WINDOW_MS)) / WINDOW_MS);
    const left = limit - byOthers - used;
    if (left < 1) return { remaining: 0, resetAt, isRefused: true };
    ours.set(window, used + 1);
    return { remaining: left - 1, resetAt, isRefused: false };
  }

  return {
    call(then) {
      const { isRefused, ...answer } = serve();
      callsUnderWay++;
      timeline.at(timeline.now() + ANSWER_MS_MIN + Math.floor(random() * ANSWER_MS_SPREAD), () => {
        callsUnderWay--;
        if (isRefused) {
          refused++;
          blockedUntil = answer.resetAt;
        }
        // Answers overtake each other: of one window, the smallest number is the latest.
        const isNews =
          told === null ||
          answer.resetAt > told.resetAt ||
          (answer.resetAt === told.resetAt && answer.remaining < told.remaining);
        if (isNews) told = answer;
        then(isRefused);
      });
    },
    whenAnyLeft: function wait(then) {
      const now = timeline.now();
      const { remaining, resetAt } = told ?? { remaining: limit, resetAt: now };
      const left = (now < resetAt ? remaining : limit) - callsUnderWay;
      if (left >= 1) then();
      else
        timeline.at(Math.max(resetAt, now + ANSWER_MS_MIN), () => {
          wait(then);
        });
    },
    budget: () => ({
      limit: told === null ? null : limit,
      remaining: told?.remaining ?? null,
      resetAt: told?.resetAt ?? null,
      blockedUntil,
      callsUnderWay,
      sharers: 1,
    }),
    refused: () => refused,
  };
}
