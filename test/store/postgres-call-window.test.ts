import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { grantCall, joinSharers, newWindow, settleCall } from '../../src/store/postgres/call-window.ts';
import type { KeyBudget } from '../../src/store/postgres/call-window.ts';
import { followSharedKey, UNDISTURBED_KEY } from '../kit/shared-key.ts';
import type { Followed, Runner, Share, SharedKey } from '../kit/shared-key.ts';

const HOUR = 3_600_000;
const FOREVER = Infinity;

/** As `shared-calls.ts` keeps it, without a database. */
function sharesOf(count: number): readonly Share[] {
  let budget: KeyBudget = { window: newWindow(0), sharers: [] };
  return Array.from({ length: count }, (_, index) => {
    const id = `sharer ${index}`;
    const joined = () =>
      budget.sharers.some((sharer) => sharer.id === id) ? budget : joinSharers(budget, id);
    return {
      take(now) {
        const granted = grantCall(joined(), id, Math.floor(now));
        budget = granted.budget;
        return Promise.resolve(granted.grant);
      },
      settle(told, now) {
        budget = settleCall(joined(), { id, told }, Math.floor(now));
        return Promise.resolve();
      },
      die() {
        budget = { ...budget, sharers: budget.sharers.filter((sharer) => sharer.id !== id) };
        return Promise.resolve();
      },
    };
  });
}

/** Always wants calls, so many at once. */
function busy(parallel: number, from = 0, until = FOREVER): Runner {
  return { parallel, pauseMs: 0, from, until };
}

const KEY: Omit<SharedKey, 'runners'> = { ...UNDISTURBED_KEY, limit: 60, endsAt: 3.5 * HOUR };

function follow(key: Partial<SharedKey> & Pick<SharedKey, 'runners'>): Promise<Followed> {
  return followSharedKey({ ...KEY, ...key }, sharesOf(key.runners.length));
}

const madeIn = ({ made }: Followed['windows'][number]) => made.reduce((sum, count) => sum + count, 0);

describe('runners that share a key', () => {
  const minutes = (min: number, max: number) => fc.integer({ min, max }).map((count) => count * 60_000);
  const runner = fc.record({
    parallel: fc.integer({ min: 1, max: 3 }),
    pauseMs: fc.constantFrom(0, 60_000, 600_000),
    // Behind the first, which has learned of the limit by then.
    from: minutes(5, 150),
    until: fc.oneof(fc.constant(FOREVER), minutes(155, 200)),
  });
  const runners = fc.array(runner, { minLength: 0, maxLength: 7 });
  const key = fc.record({
    windows: fc.constantFrom('at-first-call' as const, 'by-the-clock' as const),
    reset: fc.constantFrom('epoch-up' as const, 'epoch-cut' as const, 'seconds' as const),
    clockOffMs: fc.constantFrom(0, 900),
    wayMs: fc.constantFrom(200, 2_000, 20_000),
    seed: fc.integer(),
  });
  const atOnce = (all: readonly Runner[]) => all.reduce((sum, { parallel }) => sum + parallel, 0);

  test.each([
    ['of which there are few', fc.integer({ min: 1, max: 20 }), 0],
    ['of which there are many', fc.integer({ min: 60, max: 150 }), 0],
    // Nobody can know of others before the first answer in a window.
    ['of which others make some', fc.integer({ min: 1, max: 20 }), 0.5],
  ])('never make a call more than there are, %s', async (_, some, others) => {
    const first = { parallel: 1, pauseMs: 30_000, from: 0, until: FOREVER };
    await fc.assert(
      fc.asyncProperty(key, runners, some, async (given, behind, limit) => {
        const all = [first, ...behind];
        const { windows } = await follow({
          ...given,
          limit: others === 0 ? limit : 2 * atOnce(all) + limit,
          others: { atOnce: others, over: 0 },
          runners: all,
        });
        expect(windows.length).toBeGreaterThanOrEqual(3);
        expect(windows.map(({ refused }) => refused)).toEqual(windows.map(() => 0));
      }),
      { numRuns: 500 },
    );
  });

  test('leave over at most as many calls as were under way at once, when there is somebody to make them', async () => {
    await fc.assert(
      fc.asyncProperty(key, runners, fc.integer({ min: 1, max: 150 }), async (given, behind, limit) => {
        const all = [busy(2), ...behind];
        const { windows } = await follow({ ...given, limit, runners: all });
        for (const window of windows.slice(0, 3)) {
          expect(madeIn(window)).toBeGreaterThanOrEqual(limit - 2 * atOnce(all));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('come to their turn, however busy the others are', async () => {
    const alive = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 6 });
    // What is kept for those behind melts as the window passes: only of quick calls can all make an equal share in time.
    const quick = fc.tuple(key, fc.constantFrom(200, 2_000)).map(([given, wayMs]) => ({ ...given, wayMs }));
    await fc.assert(
      fc.asyncProperty(quick, alive, fc.integer({ min: 40, max: 150 }), async (given, parallel, limit) => {
        const all = parallel.map((count) => busy(count));
        const { windows } = await follow({ ...given, limit, runners: all });
        for (const { made } of windows.slice(0, 3)) {
          expect(Math.min(...made)).toBeGreaterThanOrEqual(limit / all.length - 2 * atOnce(all));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('make the calls of one that has died', async () => {
    const all = [busy(1), busy(1), { ...busy(1), until: 1.5 * HOUR }];
    const { windows } = await follow({ runners: all });
    expect(windows[2]?.made[2]).toBe(0);
    // Without its share there would be 40.
    expect(Math.min(...windows.map(madeIn).slice(1, 3))).toBeGreaterThanOrEqual(60 - 2 * atOnce(all));
  });
});

describe('a window of any length', () => {
  test.each([
    [25, 4_000],
    [60, 60_000],
  ])('of %i calls in %i ms is found out from the answers, one after the other', async (limit, windowMs) => {
    const key = { limit, windowMs, wayMs: 200, endsAt: 40 * windowMs };
    const { windows } = await follow({ ...key, windows: 'by-the-clock', runners: [busy(2), busy(2)] });
    const begun = windows.slice(1, -1);
    expect(begun.map(({ refused }) => refused)).toEqual(begun.map(() => 0));
    const made = begun.reduce((sum, window) => sum + madeIn(window), 0);
    expect(made / (begun.length * limit)).toBeGreaterThan(0.75);
  });
});
