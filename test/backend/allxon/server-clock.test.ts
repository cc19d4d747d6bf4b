import fc from '../../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import {
  CLOCK_NOISE_MS,
  doubtsOf,
  learnClock,
  machineOffset,
  offsetOf,
  UNTOLD_CLOCK,
} from '../../../src/backend/allxon/server-clock.ts';
import type { ClockEstimate, Exchange, ServerClock } from '../../../src/backend/allxon/server-clock.ts';

const NOW = Date.UTC(2026, 0, 5, 8, 15, 30);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function dateOf(at: number): string {
  return new Date(at).toUTCString();
}

type Answer = {
  readonly aheadMs: number;
  readonly at?: number;
  readonly tookMs?: number;
  readonly machineMs?: number;
  readonly age?: string;
};

/** An answer that the server, `aheadMs` ahead of our steady clock, wrote half way between sending and receiving. */
function answer({ aheadMs, at = NOW, tookMs = 100, machineMs = 0, age }: Answer): Exchange {
  const date = dateOf(at + tookMs / 2 + aheadMs);
  return { sentAt: at, answeredAt: at + tookMs, date, age, machineMs };
}

/** What is known after answers that were given `everyMs` one after the other. */
function learnAll(
  aheadMs: readonly number[],
  from: ServerClock = UNTOLD_CLOCK,
  everyMs = 5_000,
): ServerClock {
  return aheadMs.reduce(
    (clock, ahead, index) => learnClock(clock, answer({ aheadMs: ahead, at: NOW + (index + 1) * everyMs })),
    from,
  );
}

const agreeing = learnAll([0]);
const JUMP_MS = 2.5 * HOUR_MS;

test('an answer tells a span of a second and the time that it took', () => {
  const exchange = { ...answer({ aheadMs: 0 }), answeredAt: NOW + 200, date: dateOf(NOW + 1_000) };
  expect(learnClock(UNTOLD_CLOCK, exchange).known).toEqual({ leastMs: 800, mostMs: 2_000 });
});

test('spans of several answers are intersected', () => {
  const first = learnClock(UNTOLD_CLOCK, answer({ aheadMs: 1_300, tookMs: 4_000 }));
  const second = learnClock(first, answer({ aheadMs: 1_300, at: NOW + 10_350 }));
  expect(second.known).toEqual({ leastMs: 550, mostMs: 1_650 });
});

test('the true difference always lies within the span, and the span never widens', () => {
  const answers = fc.array(fc.record({ gapMs: fc.nat(60_000), tookMs: fc.nat(30_000), part: fc.nat(100) }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(fc.integer({ min: -1_000, max: 1_000 }), answers, (aheadMs, given) => {
      let clock = UNTOLD_CLOCK;
      let at = NOW;
      for (const { gapMs, tookMs, part } of given) {
        at += gapMs;
        const date = dateOf(at + (tookMs * part) / 100 + aheadMs);
        const next = learnClock(clock, {
          sentAt: at,
          answeredAt: at + tookMs,
          date,
          age: undefined,
          machineMs: 0,
        });
        if (next.known === null) throw new Error('an answer with a date taught nothing');
        expect(next.known.leastMs).toBeLessThanOrEqual(aheadMs);
        expect(next.known.mostMs).toBeGreaterThanOrEqual(aheadMs);
        if (clock.known !== null) expect(widthOf(next.known)).toBeLessThanOrEqual(widthOf(clock.known));
        clock = next;
        at += tookMs;
      }
    }),
  );
});

function widthOf({ leastMs, mostMs }: ClockEstimate): number {
  return mostMs - leastMs;
}

describe('an answer that tells another time', () => {
  test.each([JUMP_MS, -JUMP_MS, 45_000, -45_000])(
    'by %i ms is not believed by itself, and is a doubt',
    (byMs) => {
      const clock = learnAll([byMs], agreeing);
      expect(machineOffset(clock, 0)).toBe(0);
      const [doubt, ...others] = doubtsOf(clock, 0);
      expect(others).toEqual([]);
      expect(doubt?.since).toBe(Infinity);
      expect(Math.abs((doubt?.offsetMs ?? 0) - byMs)).toBeLessThan(1_100);
    },
  );

  test('is forgotten with the next one that agrees with what was known', () => {
    const clock = learnAll([JUMP_MS, 0], agreeing);
    expect(machineOffset(clock, 0)).toBe(0);
    expect(doubtsOf(clock, 0)).toEqual([]);
  });

  test('is not believed however often it comes, in turn with those that agree', () => {
    const clock = learnAll([JUMP_MS, 0, JUMP_MS, JUMP_MS, 0, JUMP_MS, 0], agreeing);
    expect(machineOffset(clock, 0)).toBe(0);
  });

  test('is believed once two further answers agree with it', () => {
    const twice = learnAll([JUMP_MS, JUMP_MS], agreeing);
    expect(machineOffset(twice, 0)).toBe(0);
    const thrice = learnAll([JUMP_MS, JUMP_MS, JUMP_MS], agreeing);
    expect(Math.abs((machineOffset(thrice, 0) ?? 0) - JUMP_MS)).toBeLessThan(1_000);
  });

  test('is not believed where they are the same answer again, out of a cache', () => {
    const stale = { ...answer({ aheadMs: -60_000 }) };
    let clock = agreeing;
    for (let ms = 0; ms < 900; ms += 100) {
      clock = learnClock(clock, { ...stale, sentAt: NOW + ms, answeredAt: NOW + ms + 10 });
    }
    expect(machineOffset(clock, 0)).toBe(0);
  });

  test('is believed at once where this machine’s clock tells the same: it slept, or both were set', () => {
    const slept = learnClock(agreeing, answer({ aheadMs: JUMP_MS, machineMs: JUMP_MS }));
    expect(machineOffset(slept, JUMP_MS)).toBe(0);
    expect(doubtsOf(slept, JUMP_MS)).toEqual([]);
  });

  test('is believed at once where the API accepted a call that was signed by it', () => {
    const signedBy = { leastMs: JUMP_MS - 500, mostMs: JUMP_MS + 500 };
    const clock = learnClock(UNTOLD_CLOCK, answer({ aheadMs: JUMP_MS }), signedBy);
    expect(Math.abs((machineOffset(clock, 0) ?? 0) - JUMP_MS)).toBeLessThan(1_000);
  });
});

describe('while this machine and the API disagree', () => {
  const ahead = learnAll([JUMP_MS, JUMP_MS, JUMP_MS]);

  test('this machine’s clock is a doubt, for what began before that was known', () => {
    const [doubt] = doubtsOf(ahead, 0);
    expect(doubt?.offsetMs).toBe(0);
    expect(Math.abs((doubt?.since ?? 0) - (NOW + 15_000 + JUMP_MS))).toBeLessThan(1_500);
  });

  test('it is none any more once it has been set to the API’s', () => {
    expect(doubtsOf({ ...ahead, machineMs: JUMP_MS }, JUMP_MS)).toEqual([]);
  });
});

describe('this machine’s clock', () => {
  test('that is set back moves nothing: it is known by how much', () => {
    expect(machineOffset(agreeing, -2 * HOUR_MS)).toBe(2 * HOUR_MS);
    expect(doubtsOf(agreeing, -2 * HOUR_MS)).toEqual([]);
  });

  test('that has moved ahead may have been set, or have slept: until an answer tells, either may be', () => {
    expect(machineOffset(agreeing, 2 * HOUR_MS)).toBe(0);
    expect(doubtsOf(agreeing, 2 * HOUR_MS)).toEqual([{ offsetMs: -2 * HOUR_MS, since: Infinity }]);
    const told = learnClock(agreeing, answer({ aheadMs: 0, machineMs: 2 * HOUR_MS }));
    expect(machineOffset(told, 2 * HOUR_MS)).toBe(-2 * HOUR_MS);
    expect(doubtsOf(told, 2 * HOUR_MS)).toEqual([]);
  });
});

describe('Age', () => {
  test('is added to a date that a cache has kept', () => {
    const kept = answer({ aheadMs: -90_000, age: '90' });
    expect(machineOffset(learnClock(agreeing, kept), 0)).toBe(0);
    expect(doubtsOf(learnClock(agreeing, kept), 0)).toEqual([]);
  });

  test.each(['-1', '1.5', 'soon', '', '1, 2', '9'.repeat(12)])(
    'of "%s" makes the date tell nothing',
    (age) => {
      expect(learnClock(agreeing, answer({ aheadMs: JUMP_MS, age }))).toBe(agreeing);
    },
  );
});

describe('an answer teaches nothing', () => {
  test.each([
    ['without a date', { date: undefined }],
    ['with a date that is none', { date: 'soon' }],
  ])('%s', (_, change) => {
    const exchange = { ...answer({ aheadMs: 0 }), ...change };
    expect(learnClock(agreeing, exchange)).toBe(agreeing);
    expect(learnClock(UNTOLD_CLOCK, exchange)).toBe(UNTOLD_CLOCK);
  });
});

describe('the offset', () => {
  test.each<[string, ClockEstimate, number]>([
    ['is 0 where the clocks agree', { leastMs: -100, mostMs: 900 }, 0],
    ['is 0 within the noise ahead', { leastMs: CLOCK_NOISE_MS, mostMs: CLOCK_NOISE_MS + 1_000 }, 0],
    ['is 0 within the noise behind', { leastMs: -CLOCK_NOISE_MS - 1_000, mostMs: -CLOCK_NOISE_MS }, 0],
    [
      'is the middle of the span just beyond it',
      { leastMs: CLOCK_NOISE_MS + 1, mostMs: CLOCK_NOISE_MS + 1_000 },
      2_501,
    ],
    ['is negative where the server is behind', { leastMs: -300_500, mostMs: -299_500 }, -300_000],
    ['is 0 where a slow answer leaves everything open', { leastMs: -30_000, mostMs: 31_000 }, 0],
  ])('%s', (_, estimate, expected) => {
    expect(offsetOf(estimate)).toBe(expected);
  });
});
