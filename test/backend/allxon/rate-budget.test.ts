import fc from '../../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import type { Budget } from '../../../src/backend/api.ts';
import {
  budgetAt,
  budgetLess,
  DEFAULT_WAIT_MS,
  RESET_MARGIN_MS,
  UNKNOWN_BUDGET,
  updateBudget,
  WAIT_MS_MAX,
} from '../../../src/backend/allxon/learned.ts';

const NOW = Date.UTC(2026, 0, 5, 8, 15, 30);
const IN_10_MIN = NOW + 600_000;

type Told = {
  readonly limit?: string;
  readonly remaining?: string;
  readonly reset?: string;
  readonly retryAfter?: string;
  readonly status?: number;
  readonly now?: number;
  readonly offsetMs?: number;
};

function headersOf({ limit, remaining, reset, retryAfter }: Told): ReadonlyMap<string, string> {
  const all: readonly (readonly [string, string | undefined])[] = [
    ['x-ratelimit-limit', limit],
    ['x-ratelimit-remaining', remaining],
    ['x-ratelimit-reset', reset],
    ['retry-after', retryAfter],
  ];
  return new Map(all.filter((pair): pair is [string, string] => pair[1] !== undefined));
}

function tell(told: Told, budget: Budget = UNKNOWN_BUDGET): Budget {
  const { status = 200, now = NOW, offsetMs = 0 } = told;
  return updateBudget(budget, { headers: headersOf(told), status, now, offsetMs });
}

const KNOWN: Budget = { limit: 1000, remaining: 40, resetAt: IN_10_MIN, blockedUntil: null };

describe('Reset', () => {
  test.each<[string, string, number, number | null]>([
    ['as seconds from now', '600', 0, IN_10_MIN],
    ['as epoch seconds', String(IN_10_MIN / 1000), 0, IN_10_MIN],
    ['as epoch milliseconds', String(IN_10_MIN), 0, IN_10_MIN],
    ['as epoch seconds by a server an hour ahead', String(IN_10_MIN / 1000 + 3600), 3_600_000, IN_10_MIN],
    ['as epoch seconds by a server an hour behind', String(IN_10_MIN / 1000 - 3600), -3_600_000, IN_10_MIN],
    ['as seconds from now, whose clock does not matter', '600', 3_600_000, IN_10_MIN],
    ['at the furthest that is believed', String(WAIT_MS_MAX / 1000), 0, NOW + WAIT_MS_MAX],
    ['further away than is believed', String(WAIT_MS_MAX / 1000 + 1), 0, null],
    ['that is over', String(NOW / 1000 - 1), 0, null],
    ['of 0 seconds', '0', 0, null],
    ['that is negative', '-5', 0, null],
    ['with a fraction', '1.5', 0, null],
    ['in words', 'soon', 0, null],
    ['told twice', '600, 600', 0, null],
    ['that is empty', '', 0, null],
    ['with too many digits', '1'.repeat(40), 0, null],
  ])('%s', (_, reset, offsetMs, expected) => {
    expect(tell({ reset, offsetMs }).resetAt).toBe(expected);
  });
});

test('limit, remaining and reset are kept as told', () => {
  expect(tell({ limit: '1000', remaining: '40', reset: '600' })).toEqual(KNOWN);
});

test('what is not told, or not legibly, stays as it was, and the call counts as made', () => {
  expect(tell({}, KNOWN)).toEqual({ ...KNOWN, remaining: 39 });
  expect(tell({ limit: 'many', remaining: '-1', reset: 'never' }, KNOWN)).toEqual({
    ...KNOWN,
    remaining: 39,
  });
});

test('without any header nothing is known', () => {
  expect(tell({})).toEqual(UNKNOWN_BUDGET);
});

describe('calls are blocked', () => {
  test.each<[string, Told, Budget, number | null]>([
    ['not while some remain', { remaining: '1', reset: '600' }, UNKNOWN_BUDGET, null],
    [
      'until Reset when none remain',
      { remaining: '0', reset: '600' },
      UNKNOWN_BUDGET,
      IN_10_MIN + RESET_MARGIN_MS,
    ],
    [
      'until Reset by a 429, whatever remains',
      { status: 429, remaining: '7', reset: '600' },
      UNKNOWN_BUDGET,
      IN_10_MIN + RESET_MARGIN_MS,
    ],
    [
      'until the Reset that was known by a 429 without one',
      { status: 429 },
      KNOWN,
      IN_10_MIN + RESET_MARGIN_MS,
    ],
    ['for a minute by a 429 that tells nothing', { status: 429 }, UNKNOWN_BUDGET, NOW + DEFAULT_WAIT_MS],
    [
      'for a minute by a 429 with a Reset of garbage',
      { status: 429, reset: 'x' },
      UNKNOWN_BUDGET,
      NOW + DEFAULT_WAIT_MS,
    ],
    ['for as long as Retry-After says', { status: 429, retryAfter: '120' }, UNKNOWN_BUDGET, NOW + 120_000],
    [
      'for as long as a Retry-After of less than a minute says',
      { status: 429, retryAfter: '5' },
      UNKNOWN_BUDGET,
      NOW + 5_000,
    ],
    [
      'until a Retry-After after Reset',
      { status: 429, reset: '600', retryAfter: '900' },
      UNKNOWN_BUDGET,
      NOW + 900_000,
    ],
    [
      'until Reset where Retry-After is before it',
      { status: 429, reset: '600', retryAfter: '9' },
      UNKNOWN_BUDGET,
      IN_10_MIN + RESET_MARGIN_MS,
    ],
    [
      'until the date of a Retry-After',
      { status: 429, retryAfter: new Date(NOW + 90_000).toUTCString() },
      UNKNOWN_BUDGET,
      NOW + 90_000,
    ],
    [
      'for a minute by a Retry-After of garbage',
      { status: 429, retryAfter: 'later' },
      UNKNOWN_BUDGET,
      NOW + DEFAULT_WAIT_MS,
    ],
    ['not by the Retry-After of another status', { status: 503, retryAfter: '120' }, UNKNOWN_BUDGET, null],
    [
      'for the second by a 429 whose Reset is 0 seconds away',
      { status: 429, reset: '0' },
      UNKNOWN_BUDGET,
      NOW + RESET_MARGIN_MS,
    ],
    [
      'for a minute by a 429 whose Reset is long over',
      { status: 429, reset: String(NOW / 1000 - 60) },
      UNKNOWN_BUDGET,
      NOW + DEFAULT_WAIT_MS,
    ],
    [
      'not by an answer that is late, with none remaining in a window that is over',
      { remaining: '0', reset: String(NOW / 1000 - 60) },
      KNOWN,
      null,
    ],
    ['when the last known call was made untold', {}, { ...KNOWN, remaining: 1 }, IN_10_MIN + RESET_MARGIN_MS],
  ])('%s', (_, told, budget, expected) => {
    const { blockedUntil, remaining } = tell(told, budget);
    expect(blockedUntil).toBe(expected);
    if (expected !== null) expect(remaining).toBe(0);
  });

  test('still, after an older answer that knew of calls left', () => {
    const blocked = tell({ status: 429, reset: '600' });
    const later = tell({ remaining: '3', reset: '600', now: NOW + 5 }, blocked);
    expect(later.blockedUntil).toBe(IN_10_MIN + RESET_MARGIN_MS);
    expect(later.remaining).toBe(0);
  });

  test('no longer than the block lasts, whatever was known of the window', () => {
    const blocked = tell({ status: 429 });
    const end = NOW + DEFAULT_WAIT_MS;
    expect(budgetAt(blocked, end - 1).blockedUntil).toBe(end);
    expect(budgetAt(blocked, end)).toEqual(UNKNOWN_BUDGET);
    expect(tell({ limit: '1000', remaining: '999', reset: '600', now: end }, blocked)).toEqual({
      limit: 1000,
      remaining: 999,
      resetAt: end + 600_000,
      blockedUntil: null,
    });
  });
});

test('what was known of a window ends with it, once it is over for certain', () => {
  const certainAt = IN_10_MIN + RESET_MARGIN_MS;
  expect(budgetAt(KNOWN, certainAt - 1)).toEqual(KNOWN);
  expect(budgetAt(KNOWN, certainAt)).toEqual({ ...KNOWN, remaining: null, resetAt: null });
});

test('a call that was made in a new window is not counted against the old one', () => {
  expect(tell({ now: IN_10_MIN + RESET_MARGIN_MS }, KNOWN).remaining).toBeNull();
});

test.each<[string, Budget, number, Budget]>([
  ['are counted as made', KNOWN, 3, { ...KNOWN, remaining: 37 }],
  [
    'block when they are all that is left',
    KNOWN,
    40,
    { ...KNOWN, remaining: 0, blockedUntil: IN_10_MIN + RESET_MARGIN_MS },
  ],
  [
    'never make it negative',
    KNOWN,
    99,
    { ...KNOWN, remaining: 0, blockedUntil: IN_10_MIN + RESET_MARGIN_MS },
  ],
  ['change nothing of what is not known', UNKNOWN_BUDGET, 5, UNKNOWN_BUDGET],
])('calls under way %s', (_, budget, calls, expected) => {
  expect(budgetLess(budget, calls)).toEqual(expected);
});

test('whatever the headers, a 429 blocks for a time that ends', () => {
  const header = fc.option(fc.oneof(fc.string(), fc.nat().map(String), fc.integer().map(String)), {
    nil: undefined,
  });
  fc.assert(
    fc.property(header, header, header, header, (limit, remaining, reset, retryAfter) => {
      const told = { ...optional({ limit, remaining, reset, retryAfter }), status: 429 };
      const until = tell(told).blockedUntil ?? 0;
      expect(until).toBeGreaterThan(NOW);
      expect(until).toBeLessThanOrEqual(NOW + WAIT_MS_MAX + RESET_MARGIN_MS);
    }),
  );
});

function optional(told: Readonly<Record<string, string | undefined>>): Told {
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
}
