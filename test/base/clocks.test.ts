import { expect, test } from 'vitest';
import { scaledClock, systemClock } from '../../src/base/clock.ts';
import type { Clock } from '../../src/base/clock.ts';
import { VirtualClock } from '../../src/base/virtual-clock.ts';

test('a sleeper of the system clock wakes no sooner than it asked for', async () => {
  const at = systemClock.now() + 5;
  await systemClock.sleepUntil(at);
  expect(systemClock.now()).toBeGreaterThanOrEqual(at);
});

test('a sleeper wakes at once when it is aborted, before and during its sleep', async () => {
  const controller = new AbortController();
  const sleep = systemClock.sleepUntil(systemClock.now() + 3_600_000, controller.signal);
  controller.abort();
  await sleep;
  await systemClock.sleepUntil(systemClock.now() + 3_600_000, controller.signal);
  expect(controller.signal.aborted).toBe(true);
});

test('a scaled clock runs so many times as fast, and its sleepers sleep so many times less', async () => {
  let now = 1_000_000;
  const slept: number[] = [];
  const base: Clock = {
    now: () => now,
    sleepUntil(at) {
      slept.push(at);
      now = at;
      return Promise.resolve();
    },
  };
  const clock = scaledClock(base, 60);
  expect(clock.now()).toBe(1_000_000);
  now += 1_000;
  expect(clock.now()).toBe(1_060_000);
  await clock.sleepUntil(1_120_000);
  expect(slept).toEqual([1_002_000]);
  expect(clock.now()).toBe(1_120_000);
});

test('a scaled clock passes a minute at most between two looks, however long they lie apart', async () => {
  const base = new VirtualClock(0);
  const clock = scaledClock(base, 100_000);
  await base.sleepUntil(5_000);
  expect(clock.now()).toBe(60_000);
});

test('a scaled clock stands still while it is held, and passes for whoever sleeps meanwhile within', async () => {
  const base = new VirtualClock(0);
  const clock = scaledClock(base, 10);
  await clock.hold(() => base.sleepUntil(1_000));
  expect(clock.now()).toBe(0);
  let woken = 0;
  const sleeper = clock.sleepUntil(5_000).then(() => (woken = base.now()));
  await clock.hold(async () => {
    await base.sleepUntil(10_000);
    await clock.within.sleepUntil(2_000);
    expect(clock.now()).toBe(2_000);
    await base.sleepUntil(20_000);
  });
  await sleeper;
  expect(woken).toBe(20_300);
});

test('in virtual time everybody wakes at the time they asked for, in that order', async () => {
  const clock = new VirtualClock(0);
  const woken: (readonly [string, number])[] = [];
  const sleeper = async (name: string, ...times: readonly number[]) => {
    for (const at of times) {
      await clock.sleepUntil(at);
      woken.push([name, clock.now()]);
    }
  };
  await Promise.all([sleeper('a', 86_400_000, 86_400_001), sleeper('b', 10, 86_400_000), sleeper('c', 5)]);
  expect(woken).toEqual([
    ['c', 5],
    ['b', 10],
    ['a', 86_400_000],
    ['b', 86_400_000],
    ['a', 86_400_001],
  ]);
});

test('virtual time stands still while something is busy', async () => {
  const clock = new VirtualClock(0);
  let isDone = false;
  const sleeper = clock.sleepUntil(1_000).then(() => isDone);
  await clock.busy(async () => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(clock.now()).toBe(0);
    isDone = true;
  });
  expect(await sleeper).toBe(true);
  expect(clock.now()).toBe(1_000);
});
