/** The odds of a plan against every single way in which its devices may be broken, told one by one. */
import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { parsePercentage } from '../../src/plan/threshold.ts';
import type { RolloutPlan } from '../../src/plan/rollout-plan.ts';
import { computeOdds } from '../../src/rollout/odds.ts';
import type { Breakage } from '../../src/rollout/odds.ts';
import { makePlan, makeWave } from '../kit/plans.ts';

type GivenWave = {
  readonly size: number;
  readonly bears: number;
  readonly batch: number;
  readonly parallel: number;
};
type Given = { readonly waves: readonly GivenWave[]; readonly bearsInAll: number | null };

function planOf({ waves, bearsInAll }: Given): RolloutPlan {
  return makePlan(
    waves.map(({ size, bears, batch, parallel }, index) =>
      makeWave(`w${index}`, size, { maxFailures: { count: bears }, batch: { size: batch, parallel } }),
    ),
    { maxFailures: bearsInAll === null ? null : { count: bearsInAll } },
  );
}

/** What becomes of one rollout in which those devices are broken; batches end in the order in which they are posted. */
function follow({ waves, bearsInAll }: Given, isBroken: readonly boolean[]) {
  let [at, failures, broken] = [0, 0, 0];
  for (const [index, { size, bears, batch, parallel }] of waves.entries()) {
    const devices = isBroken.slice(at, at + size);
    const groups = Array.from({ length: Math.ceil(size / batch) }, (_, group) =>
      devices.slice(group * batch, (group + 1) * batch),
    );
    let inWave = 0;
    const isOver = () =>
      inWave === size || inWave > bears || (bearsInAll !== null && failures + inWave > bearsInAll);
    const inFlight: (readonly boolean[])[] = [];
    for (const group of groups) {
      if (inFlight.length === parallel) inWave += inFlight.shift()?.filter(Boolean).length ?? 0;
      if (isOver()) break;
      inFlight.push(group);
      broken += group.filter(Boolean).length;
    }
    for (const group of inFlight) inWave += group.filter(Boolean).length;
    if (isOver()) return { passed: index, broken };
    failures += inWave;
    at += size;
  }
  return { passed: waves.length, broken };
}

function enumerate(given: Given, breakage: Breakage) {
  const devices = given.waves.reduce((sum, { size }) => sum + size, 0);
  const reached = new Array<number>(given.waves.length + 1).fill(0);
  let [broken, whole] = [0, 0];
  for (let bits = 0; bits < 2 ** devices; bits++) {
    const isBroken = Array.from({ length: devices }, (_, at) => ((bits >> at) & 1) === 1);
    const count = isBroken.filter(Boolean).length;
    const chance =
      breakage.kind === 'count'
        ? Number(count === Math.min(devices, breakage.devices))
        : (breakage.partsPerMillion / 1e6) ** count *
          (1 - breakage.partsPerMillion / 1e6) ** (devices - count);
    if (chance === 0) continue;
    const end = follow(given, isBroken);
    whole += chance;
    broken += chance * end.broken;
    for (let wave = 0; wave <= end.passed; wave++) reached[wave] = (reached[wave] ?? 0) + chance;
  }
  return { reached: reached.map((chance) => chance / whole), broken: broken / whole };
}

describe('the odds of a plan', () => {
  const wave = fc.record({
    size: fc.integer({ min: 1, max: 4 }),
    bears: fc.integer({ min: 0, max: 4 }),
    batch: fc.integer({ min: 1, max: 4 }),
    parallel: fc.integer({ min: 1, max: 3 }),
  });
  const plan = fc.record({
    waves: fc.array(wave, { minLength: 1, maxLength: 3 }),
    bearsInAll: fc.option(fc.integer({ min: 0, max: 6 })),
  });
  const breakage: fc.Arbitrary<Breakage> = fc.oneof(
    fc.record({
      kind: fc.constant('share' as const),
      partsPerMillion: fc.integer({ min: 0, max: 1_000_000 }),
    }),
    fc.record({ kind: fc.constant('count' as const), devices: fc.integer({ min: 0, max: 14 }) }),
  );

  test('are those of all the ways in which its devices may be broken', () => {
    fc.assert(
      fc.property(plan, breakage, (given, broken) => {
        const odds = computeOdds(planOf(given), broken);
        const every = enumerate(given, broken);
        expect(odds.broken).toBeCloseTo(every.broken, 10);
        expect(odds.completes).toBeCloseTo(every.reached.at(-1) ?? NaN, 10);
        for (const [index, { reached, passes }] of odds.waves.entries()) {
          const come = every.reached[index] ?? NaN;
          expect(reached).toBeCloseTo(come, 10);
          if (come > 1e-9) expect(passes).toBeCloseTo((every.reached[index + 1] ?? NaN) / come, 8);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('are exact of a wave that is next to never come to', () => {
    const rare = planOf({
      waves: [4, 4, 1].map((size) => ({ size, bears: 0, batch: 1, parallel: 1 })),
      bearsInAll: null,
    });
    const { waves, completes } = computeOdds(rare, { kind: 'share', partsPerMillion: 986_665 });
    expect(waves[1]?.passes).toBeCloseTo(0.013335 ** 4, 15);
    expect(completes / 0.013335 ** 9).toBeCloseTo(1, 10);
  });

  test('of a canary of five that tolerates nothing: three of four bad artifacts in a hundred devices get by', () => {
    const [canary] = computeOdds(makePlan([makeWave('canary', 5)]), {
      kind: 'share',
      partsPerMillion: 50_000,
    }).waves;
    expect(canary?.passes).toBeCloseTo(0.95 ** 5, 14);
  });

  test('go by minSuccess where that is the stricter', () => {
    const strict = makeWave('w', 10, { minSuccess: parsePercentage('95%'), maxFailures: { count: 5 } });
    const { completes } = computeOdds(makePlan([strict]), { kind: 'share', partsPerMillion: 100_000 });
    expect(completes).toBeCloseTo(0.9 ** 10, 14);
  });

  test('say that a wave cannot be come to', () => {
    const plan = makePlan([makeWave('one', 2), makeWave('two', 2)]);
    expect(computeOdds(plan, { kind: 'share', partsPerMillion: 1_000_000 })).toEqual({
      waves: [
        { wave: 'one', reached: 1, passes: 0 },
        { wave: 'two', reached: 0, passes: null },
      ],
      completes: 0,
      broken: 2,
    });
  });

  test('of a million devices add up as those of a few', () => {
    const percent = (text: string) => parsePercentage(text);
    const waves = Array.from({ length: 20 }, (_, index) =>
      makeWave(`w${index}`, 50_000, { maxFailures: percent('6%'), batch: { size: 10, parallel: 4 } }),
    );
    const odds = computeOdds(makePlan(waves, { maxFailures: percent('6%') }), {
      kind: 'share',
      partsPerMillion: 50_000,
    });
    expect(odds.completes).toBeCloseTo(1, 9);
    expect(odds.broken / 50_000).toBeCloseTo(1, 6);
  });
});
