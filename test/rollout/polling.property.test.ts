import fc, { runs } from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { joinExperience, learnEnded, learnOpen, NO_EXPERIENCE } from '../../src/rollout/experience.ts';
import type { Experience } from '../../src/rollout/experience.ts';
import { decideNextPoll, decideRetryAfterFailure, estimatePolls } from '../../src/rollout/polling.ts';
import type { PollingInput } from '../../src/rollout/polling.ts';
import { ADAPTIVE, followWorld } from './rate-limited-world.ts';
import type { RateLimitedWorld } from './rate-limited-world.ts';
import { AMPLE_INTERVAL_MS, SHARE_FOR_OTHERS, UNTOLD_BUDGET } from '../../src/rollout/shared-budget.ts';
import type { SharedBudget } from '../../src/rollout/shared-budget.ts';

const ACCEPTED_AT = Date.UTC(2026, 0, 5, 8);
const HOUR_MS = 3_600_000;
const BOUNDS = { minIntervalMs: 2_000, maxIntervalMs: 300_000 };

/** A deployment of one device with a timeout of an hour, last polled and asked at `ageMs`, unless `change` says else. */
function inputAt(ageMs: number, change: Partial<PollingInput> = {}): PollingInput {
  return {
    now: ACCEPTED_AT + ageMs,
    acceptedAt: ACCEPTED_AT,
    endAt: ACCEPTED_AT + HOUR_MS,
    lastPollAt: ageMs === 0 ? null : ACCEPTED_AT + ageMs,
    open: 1,
    own: NO_EXPERIENCE,
    others: NO_EXPERIENCE,
    budget: UNTOLD_BUDGET,
    bounds: BOUNDS,
    ...change,
  };
}

/** The ages of all polls until the end, in whole seconds, if no device ever ends. */
function agesOfPolls(change: Partial<PollingInput> = {}): readonly number[] {
  const ages: number[] = [];
  const { endAt } = inputAt(0, change);
  for (let age = 0; ACCEPTED_AT + age < endAt; ages.push(age)) {
    age = decideNextPoll(inputAt(age, change)) - ACCEPTED_AT;
  }
  return ages.map((age) => Math.round(age / 1000));
}

function ended(count: number, ms: number): Experience {
  return learnEnded(
    NO_EXPERIENCE,
    Array.from({ length: count }, () => ({ afterMs: ms, byMs: ms })),
  );
}

function countBetween(ages: readonly number[], from: number, to: number): number {
  return ages.filter((age) => age >= from && age < to).length;
}

const experiences = fc
  .record({
    ends: fc.array(fc.integer({ min: 0, max: 2 * HOUR_MS }), { maxLength: 30 }),
    open: fc.nat({ max: 500 }),
    ageMs: fc.nat({ max: 2 * HOUR_MS }),
  })
  .map(({ ends, open, ageMs }) =>
    learnOpen(
      learnEnded(
        NO_EXPERIENCE,
        ends.map((ms) => ({ afterMs: ms, byMs: ms })),
      ),
      open,
      ageMs,
    ),
  );

const budgets: fc.Arbitrary<SharedBudget> = fc
  .record({
    limit: fc.constantFrom(null, 1, 60, 1000),
    remaining: fc.option(fc.nat({ max: 1000 })),
    resetInMs: fc.option(fc.integer({ min: -HOUR_MS, max: HOUR_MS })),
    blockedForMs: fc.option(fc.integer({ min: -1_000, max: HOUR_MS })),
    callsUnderWay: fc.nat({ max: 20 }),
    sharers: fc.integer({ min: 1, max: 5 }),
    callsReserved: fc.nat({ max: 200 }),
    deployments: fc.integer({ min: 1, max: 200 }),
    ageMs: fc.nat({ max: HOUR_MS }),
  })
  .map(({ resetInMs, blockedForMs, ageMs, ...rest }) => ({
    ...rest,
    resetAt: resetInMs === null ? null : ACCEPTED_AT + ageMs + resetInMs,
    blockedUntil: blockedForMs === null ? null : ACCEPTED_AT + ageMs + blockedForMs,
  }));

/** Any deployment, asked at its last poll, or later. */
const inputs: fc.Arbitrary<PollingInput> = fc
  .record({
    ageMs: fc.nat({ max: HOUR_MS - 1 }),
    askedLaterMs: fc.oneof(fc.constant(0), fc.nat({ max: 2 * HOUR_MS })),
    open: fc.integer({ min: 1, max: 100_000 }),
    own: experiences,
    others: experiences,
    minIntervalMs: fc.integer({ min: 1_000, max: 60_000 }),
    longerMs: fc.nat({ max: HOUR_MS }),
  })
  .map(({ ageMs, askedLaterMs, open, own, others, minIntervalMs, longerMs }) =>
    inputAt(ageMs, {
      now: ACCEPTED_AT + ageMs + askedLaterMs,
      open,
      own,
      others,
      bounds: { minIntervalMs, maxIntervalMs: minIntervalMs + longerMs },
    }),
  );

describe('with nothing learned', () => {
  test('polls come soon at first, then ever more slowly, and one comes at the end', () => {
    expect(agesOfPolls({ endAt: ACCEPTED_AT + 600_000 })).toEqual([
      10, 20, 34, 49, 67, 87, 108, 132, 157, 185, 215, 246, 280, 316, 353, 393, 435, 478, 524, 572, 600,
    ]);
  });

  test('polls are at most maxInterval apart, for days', () => {
    const ages = agesOfPolls({ endAt: ACCEPTED_AT + 48 * HOUR_MS });
    expect(ages.slice(-4)).toEqual([171_977, 172_277, 172_577, 172_800]);
  });

  test('how many devices are open makes no difference', () => {
    expect(agesOfPolls({ open: 100_000 })).toEqual(agesOfPolls({ open: 1 }));
  });
});

describe('with experience', () => {
  const fiveMinutes = ended(200, 300_000);

  test('polls are dense where the end is likely, and few before', () => {
    const ages = agesOfPolls({ others: fiveMinutes });
    const unled = agesOfPolls();
    expect(countBetween(ages, 0, 240)).toBeLessThan(countBetween(unled, 0, 240) / 2);
    expect(countBetween(ages, 280, 340)).toBeGreaterThan(countBetween(unled, 280, 340) * 4);
  });

  test('the first poll still comes within ten seconds', () => {
    expect(agesOfPolls({ others: fiveMinutes })[0]).toBe(10);
  });

  test('the last of many devices is expected later than a single one', () => {
    const times = [60, 90, 120, 150, 180, 240, 300].map((seconds) => ended(1000, seconds * 1000));
    const others = times.reduce(joinExperience);
    const intervalWith = (open: number) =>
      decideNextPoll(inputAt(120_000, { open, others })) - ACCEPTED_AT - 120_000;
    expect(intervalWith(1)).toBeLessThan(20_000);
    expect(intervalWith(20)).toBeGreaterThan(40_000);
  });

  test('of stuck devices thins polls out', () => {
    const stuck = learnOpen(fiveMinutes, 20, HOUR_MS);
    const late = (others: Experience) => countBetween(agesOfPolls({ others }), 900, 3600);
    expect(late(stuck)).toBeLessThan(late(fiveMinutes));
    expect(late(stuck)).toBeLessThan(late(NO_EXPERIENCE));
  });

  test('a deployment that is quicker than all before it is polled by its own devices', () => {
    const others = ended(1000, 900_000);
    const atAMinute = (own: Experience) =>
      decideNextPoll(inputAt(60_000, { own, others })) - ACCEPTED_AT - 60_000;
    expect(atAMinute(ended(30, 40_000))).toBeLessThan(15_000);
    expect(atAMinute(NO_EXPERIENCE)).toBeGreaterThan(30_000);
  });

  test('of 100,000 devices with 100,000 open is as small as any other', () => {
    const others = ended(100_000, 120_000);
    const at = decideNextPoll(inputAt(90_000, { open: 100_000, others })) - ACCEPTED_AT;
    expect(at).toBeGreaterThanOrEqual(92_000);
    expect(at).toBeLessThanOrEqual(180_000);
  });
});

describe('whatever was learned', () => {
  test('the next poll is after the last one, within the bounds, and at the end at the latest', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const lastAt = input.lastPollAt ?? input.acceptedAt;
        const asked = { ...input, now: lastAt };
        const at = decideNextPoll(asked);
        const { minIntervalMs, maxIntervalMs } = input.bounds;
        expect(Number.isInteger(at)).toBe(true);
        expect(at).toBeGreaterThan(lastAt);
        expect(at).toBeLessThanOrEqual(Math.min(input.endAt, lastAt + maxIntervalMs));
        expect(at).toBeGreaterThanOrEqual(Math.min(input.endAt, lastAt + minIntervalMs));
      }),
      { seed: 3, numRuns: runs(500) },
    );
  });

  test('an age at most doubles from one poll to the next, after the first ten seconds', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const age = (input.lastPollAt ?? input.acceptedAt) - input.acceptedAt;
        const at = decideNextPoll({ ...input, now: input.acceptedAt + age });
        const longestMs = Math.max(age, 10_000, input.bounds.minIntervalMs);
        expect(at - input.acceptedAt - age).toBeLessThanOrEqual(longestMs);
      }),
      { seed: 4, numRuns: runs(500) },
    );
  });

  test('the same question gets the same answer, and asked again when it is due the poll is due', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const before = structuredClone(input);
        const at = decideNextPoll(input);
        expect(decideNextPoll(structuredClone(input))).toBe(at);
        expect(decideNextPoll({ ...input, now: at })).toBe(at);
        expect(input).toEqual(before);
      }),
      { seed: 5, numRuns: runs(500) },
    );
  });

  test('no poll is before now, or while calls are blocked', () => {
    fc.assert(
      fc.property(inputs, budgets, (input, budget) => {
        const at = decideNextPoll({ ...input, budget });
        expect(Number.isFinite(at)).toBe(true);
        expect(at).toBeGreaterThanOrEqual(Math.max(input.now, budget.blockedUntil ?? 0));
      }),
      { seed: 6, numRuns: runs(1000) },
    );
  });

  test('a budget only ever puts a poll off', () => {
    fc.assert(
      fc.property(inputs, budgets, (input, budget) => {
        expect(decideNextPoll({ ...input, budget })).toBeGreaterThanOrEqual(decideNextPoll(input));
      }),
      { seed: 7, numRuns: runs(1000) },
    );
  });

  test('a clock that was set back makes a poll due at once', () => {
    const lastPollAt = ACCEPTED_AT + 600_000;
    for (const now of [lastPollAt - 1, ACCEPTED_AT - 86_400_000]) {
      expect(decideNextPoll(inputAt(0, { now, lastPollAt }))).toBe(now);
    }
    const after = decideNextPoll(inputAt(0, { now: ACCEPTED_AT - 5_000, lastPollAt: ACCEPTED_AT - 5_000 }));
    expect(after).toBeLessThanOrEqual(ACCEPTED_AT + 5_000);
  });
});

describe('the rate budget', () => {
  const LAST_AT = ACCEPTED_AT + 600_000;
  const FREE_AT = decideNextPoll(inputAt(600_000, { others: ended(100, 600_000) }));
  const RESET_AT = LAST_AT + 1_800_000;

  /** When a deployment that ends about now, and so would be polled within seconds, is polled: after its last poll. */
  function delayWith(change: Partial<SharedBudget>, more: Partial<PollingInput> = {}): number {
    const budget = { ...UNTOLD_BUDGET, limit: 1000, remaining: 700, resetAt: RESET_AT, ...change };
    return decideNextPoll(inputAt(600_000, { others: ended(100, 600_000), budget, ...more })) - LAST_AT;
  }

  test.each<readonly [what: string, change: Partial<SharedBudget>, delayMs: number]>([
    ['is not told yet', { limit: null, remaining: null, resetAt: null }, FREE_AT - LAST_AT],
    ['is ample: 500 of 700 calls for half an hour', {}, FREE_AT - LAST_AT],
    ['is ample for ten deployments', { deployments: 10 }, FREE_AT - LAST_AT],
    ['is 500 calls for half an hour among 20 deployments', { deployments: 20 }, (1_800_000 * 20) / 500],
    ['is less the calls under way', { deployments: 20, callsUnderWay: 100 }, (1_800_000 * 20) / 400],
    ['is less what posts to come need', { deployments: 20, callsReserved: 100 }, (1_800_000 * 20) / 400],
    ['is halved at most by posts to come', { deployments: 20, callsReserved: 9000 }, (1_800_000 * 20) / 250],
    ['has one call left for us', { remaining: 201 }, 1_800_000],
    ['is down to the share for others', { remaining: 200 }, 1_800_000],
    ['is used up', { remaining: 0 }, 1_800_000],
    ['is blocked for longer than the window', { remaining: 0, blockedUntil: RESET_AT + 5_000 }, 1_805_000],
    ['was reset, and nothing has been told since', { remaining: 0, resetAt: LAST_AT - 1 }, FREE_AT - LAST_AT],
    ['is new and untold, as a client gives it', { remaining: null, resetAt: null }, FREE_AT - LAST_AT],
    ['is small, new and untold', { limit: 25, remaining: null, resetAt: null }, FREE_AT - LAST_AT],
  ])('that %s is kept to', (_, change, delayMs) => {
    const farEnd = { endAt: ACCEPTED_AT + 48 * HOUR_MS };
    expect(delayWith(change, farEnd)).toBe(delayMs);
  });

  test('is ample up to a poll a minute', () => {
    const callsForUs = 1_800_000 / AMPLE_INTERVAL_MS;
    const remaining = SHARE_FOR_OTHERS * 1000 + callsForUs;
    expect(delayWith({ remaining })).toBe(FREE_AT - LAST_AT);
    expect(delayWith({ remaining: remaining - 1 })).toBe(Math.ceil(1_800_000 / (callsForUs - 1)));
  });

  test.each([
    ['what is kept for others', { remaining: 200 }, 60_000],
    ['what is kept for posts', { remaining: 202, callsReserved: 1 }, 60_000],
    ['the only call', { remaining: 1 }, 60_000],
    ['a call that is not there, and comes after the reset', { remaining: 0 }, 1_800_000],
    ['a call that is under way, and comes after the reset', { remaining: 1, callsUnderWay: 1 }, 1_800_000],
  ])('gives the last poll of a deployment %s', (_, change, delayMs) => {
    expect(delayWith(change, { endAt: LAST_AT + 60_000 })).toBe(delayMs);
  });
});

describe('a key that is shared', () => {
  const deployment = fc.array(
    fc.oneof(
      fc.integer({ min: 1_000, max: HOUR_MS }),
      fc.constant(Infinity),
      fc.integer({ min: 60_000, max: 90_000 }),
    ),
    { minLength: 1, maxLength: 4 },
  );
  const adaptive = { ...ADAPTIVE, nextPoll: decideNextPoll };
  const HOURLY = { windowMs: HOUR_MS, reset: 'up', answerMs: { least: 50, spread: 1_500 } } as const;
  const worlds: fc.Arbitrary<RateLimitedWorld> = fc.record({
    limit: fc.constantFrom(60, 1000),
    windowMs: fc.constant(HOUR_MS),
    reset: fc.constantFrom('cut', 'up'),
    answerMs: fc.constant(HOURLY.answerMs),
    othersShare: fc.constantFrom(0, 0.1, SHARE_FOR_OTHERS),
    startsInWindow: fc.double({ min: 0, max: 0.999, noNaN: true }),
    waves: fc.array(fc.array(deployment, { minLength: 1, maxLength: 50 }), { minLength: 1, maxLength: 3 }),
    timeoutMs: fc.constantFrom(120_000, 1_800_000, 2 * HOUR_MS),
    bounds: fc.constant(BOUNDS),
    seed: fc.nat(),
  });

  test('never refuses a call of ours, and every deployment is followed to its end', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { refused, lagsMs } = followWorld(world, adaptive);
        expect(refused).toBe(0);
        expect(lagsMs).toHaveLength(world.waves.flat().length);
        expect(Math.min(...lagsMs)).toBeGreaterThanOrEqual(0);
      }),
      { seed: 8, numRuns: runs(60) },
    );
  });

  test('refuses calls made every 15 s in the same world', () => {
    const world: RateLimitedWorld = {
      ...HOURLY,
      limit: 60,
      othersShare: 0.1,
      startsInWindow: 0.5,
      waves: [Array.from({ length: 10 }, () => [900_000])],
      timeoutMs: HOUR_MS,
      bounds: BOUNDS,
      seed: 1,
    };
    const every15Seconds = ({ now, acceptedAt, lastPollAt }: PollingInput) =>
      Math.max(now, (lastPollAt ?? acceptedAt) + 15_000);
    const unaware = { nextPoll: every15Seconds, nextCall: () => 0, beyond: 'refused' } as const;
    expect(followWorld(world, unaware).refused).toBeGreaterThan(0);
    expect(followWorld(world, adaptive).refused).toBe(0);
  });
});

describe('after a poll that failed', () => {
  test('it is tried again ever more slowly, up to a minute', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 10_000].map(
      (failures) => decideRetryAfterFailure({ now: ACCEPTED_AT, failures, blockedUntil: null }) - ACCEPTED_AT,
    );
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  test('it is not tried again while calls are blocked', () => {
    const blockedUntil = ACCEPTED_AT + 90_000;
    expect(decideRetryAfterFailure({ now: ACCEPTED_AT, failures: 1, blockedUntil })).toBe(blockedUntil);
  });
});

describe('the estimate of polls', () => {
  const usual = { typicalMs: 300_000, ...BOUNDS };

  test.each([
    ['a minute', { ...usual, timeoutMs: 60_000, typicalMs: 30_000 }, { likely: 3, worst: 13 }],
    ['an hour', { ...usual, timeoutMs: HOUR_MS }, { likely: 14, worst: 140 }],
    ['a week', { ...usual, timeoutMs: 168 * HOUR_MS }, { likely: 14, worst: 2306 }],
    ['less than a poll', { ...usual, timeoutMs: 1_000, typicalMs: 0 }, { likely: 1, worst: 3 }],
    [
      'a month, polled every second',
      { timeoutMs: 720 * HOUR_MS, typicalMs: 300_000, minIntervalMs: 1_000, maxIntervalMs: 1_000 },
      { likely: 300, worst: 2_592_000 },
    ],
  ])('for a timeout of %s is what the policy itself does', (_, deployment, estimate) => {
    expect(estimatePolls(deployment)).toEqual(estimate);
  });

  test('is likely what a device that ends then takes', () => {
    const polls = agesOfPolls();
    const untilSeen = polls.findIndex((age) => age >= 300) + 1;
    expect(estimatePolls({ ...usual, timeoutMs: HOUR_MS }).likely).toBe(untilSeen);
  });

  test('is at worst more than a stuck device takes, whatever made its end seem near', () => {
    const { worst } = estimatePolls({ ...usual, timeoutMs: HOUR_MS });
    const misleading = [20, 300, 900, 1800].map((seconds) => ended(100_000, seconds * 1000));
    for (const others of [NO_EXPERIENCE, ...misleading, misleading.reduce(joinExperience)]) {
      expect(agesOfPolls({ others }).length).toBeLessThanOrEqual(worst);
    }
  });
});
