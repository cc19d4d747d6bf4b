import { describe, expect, test } from 'vitest';
import fc from '../kit/fast-check.ts';
import { parsePercentage } from '../../src/plan/threshold.ts';
import type { Threshold } from '../../src/plan/threshold.ts';
import { EMPTY_TALLY } from '../../src/rollout/device-status.ts';
import type { Tally } from '../../src/rollout/device-status.ts';
import { RULES_OF_TODAY } from '../../src/rollout/event.ts';
import {
  isExceeded,
  judgeRollout as judgeRolloutBy,
  judgeWave as judgeWaveBy,
  limitOf,
  thresholdLimitOf,
} from '../../src/rollout/judge.ts';
import type { Score } from '../../src/rollout/judge.ts';
import type { RolloutPlan, Wave } from '../../src/plan/rollout-plan.ts';
import { makePlan, makeWave } from '../kit/plans.ts';

function percent(text: string): Threshold {
  const threshold = parsePercentage(text);
  if (threshold === null) throw new Error(`${text} is not a percentage`);
  return threshold;
}

function tally(change: Partial<Tally>): Tally {
  return { ...EMPTY_TALLY, ...change };
}

function score(change: Partial<Tally>, acknowledged: Partial<Tally> = {}): Score {
  return { tally: tally(change), acknowledged: tally(acknowledged) };
}

function judgeWave(wave: Wave, given: Score) {
  return judgeWaveBy(wave, given, RULES_OF_TODAY);
}

function judgeRollout(plan: RolloutPlan, scores: readonly Score[]) {
  return judgeRolloutBy(plan, scores, RULES_OF_TODAY);
}

describe('what a threshold comes to', () => {
  const cases: readonly [string, Threshold | null, Threshold | null, number, number, number | null][] = [
    // name, minSuccess, maxFailures, base, tolerated, needed
    ['no failure', null, { count: 0 }, 10, 0, null],
    ['a count is taken as it is', null, { count: 3 }, 10, 3, null],
    ['a count above the base is not bent', null, { count: 10 }, 5, 10, null],
    ['a tolerated percentage is rounded down', null, percent('33%'), 10, 3, null],
    ['28% of 25 is 7, not 6.999', null, percent('28%'), 25, 7, null],
    ['29% of 100 is 29', null, percent('29%'), 100, 29, null],
    ['57% of 100 is 57', null, percent('57%'), 100, 57, null],
    ['0.5% of 199 is none', null, percent('0.5%'), 199, 0, null],
    ['0.5% of 200 is one', null, percent('0.5%'), 200, 1, null],
    ['100% tolerates all', null, percent('100%'), 7, 7, null],
    ['a needed percentage is rounded up', percent('95%'), null, 10, 0, 10],
    ['95% of 20 needs 19', percent('95%'), null, 20, 1, 19],
    ['0% needs none', percent('0%'), null, 9, 9, null],
    ['a needed count', { count: 8 }, null, 10, 2, 8],
    ['a needed count above the base', { count: 12 }, null, 10, -2, 12],
    ['the stricter: minSuccess', percent('95%'), { count: 3 }, 20, 1, 19],
    ['the stricter: maxFailures', percent('50%'), { count: 3 }, 20, 3, null],
    ['equally strict: maxFailures gives the reason', percent('90%'), { count: 1 }, 10, 1, null],
  ];
  test.each(cases)('%s', (_, minSuccess, maxFailures, base, tolerated, needed) => {
    expect(thresholdLimitOf({ minSuccess, maxFailures }, base)).toEqual({ base, tolerated, needed });
  });
});

describe('the boundary', () => {
  test('7 failures of 25 at 28% are tolerated, 8 are not', () => {
    const wave = makeWave('w', 25, { maxFailures: percent('28%') });
    expect(isExceeded(judgeWave(wave, score({ failed: 7, processing: 18 })))).toBe(false);
    expect(isExceeded(judgeWave(wave, score({ failed: 8, processing: 17 })))).toBe(true);
  });

  test('every bucket but success counts as failure', () => {
    const wave = makeWave('w', 10, { maxFailures: { count: 3 } });
    const four = score({ failed: 1, rejected: 1, 'timed-out': 1, unknown: 1, success: 6 });
    expect(judgeWave(wave, four)).toMatchObject({ failures: 4, base: 10 });
    expect(isExceeded(judgeWave(wave, four))).toBe(true);
  });

  test('every percentage and size agree with arithmetic in fractions', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        (ppm, base) => {
          const { tolerated } = thresholdLimitOf(
            { minSuccess: null, maxFailures: { partsPerMillion: ppm } },
            base,
          );
          const { tolerated: spare } = thresholdLimitOf(
            { minSuccess: { partsPerMillion: ppm }, maxFailures: null },
            base,
          );
          const exact = (BigInt(ppm) * BigInt(base)) / 1_000_000n;
          const needed = (BigInt(ppm) * BigInt(base) + 999_999n) / 1_000_000n;
          expect(BigInt(tolerated)).toBe(exact);
          expect(BigInt(spare)).toBe(BigInt(base) - needed);
        },
      ),
    );
  });
});

describe('rejected devices', () => {
  test('are failures of the planned base', () => {
    const wave = makeWave('w', 10, { maxFailures: percent('10%') });
    expect(judgeWave(wave, score({ rejected: 2, processing: 8 }))).toMatchObject({
      failures: 2,
      base: 10,
      tolerated: 1,
    });
  });

  test('leave the base where they are ignored, and percentages follow it', () => {
    const wave = makeWave('w', 10, { rejected: 'ignore', maxFailures: percent('50%') });
    expect(judgeWave(wave, score({ rejected: 4, processing: 6 }))).toMatchObject({
      failures: 0,
      base: 6,
      tolerated: 3,
    });
  });

  test('are failures even so when nothing else is left: 0 accepted of N is N failures', () => {
    const wave = makeWave('w', 3, { rejected: 'ignore' });
    const judgement = judgeWave(wave, score({ rejected: 3 }));
    expect(judgement).toMatchObject({ failures: 3, base: 3 });
    expect(isExceeded(judgement)).toBe(true);
  });

  test('that come later never take a halt back', () => {
    // Any wave, any thresholds: once exceeded, it stays so when open devices turn out as rejected, failed or successful.
    const threshold = fc.oneof(
      fc.constant(null),
      fc.record({ count: fc.integer({ min: 0, max: 30 }) }),
      fc.record({ partsPerMillion: fc.integer({ min: 0, max: 1_000_000 }) }),
    );
    const outcome = fc.constantFrom('success' as const, 'failed' as const, 'rejected' as const);
    fc.assert(
      fc.property(
        threshold,
        threshold,
        fc.array(outcome, { minLength: 1, maxLength: 30 }),
        (needed, tolerated, ends) => {
          const wave = makeWave('w', ends.length, {
            rejected: 'ignore',
            minSuccess: needed,
            maxFailures: needed === null && tolerated === null ? { count: 0 } : tolerated,
          });
          const soFar = { success: 0, failed: 0, rejected: 0 };
          let wasExceeded = false;
          for (const [index, end] of ends.entries()) {
            const open = ends.length - index;
            const exceeded = isExceeded(judgeWave(wave, score({ ...soFar, processing: open })));
            expect(!wasExceeded || exceeded).toBe(true);
            wasExceeded = exceeded;
            soFar[end]++;
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('no success never passes', () => {
  const all = makeWave('w', 10, { maxFailures: percent('100%') });

  test.each([
    ['all failures by a percentage', null, percent('100%')],
    ['more failures than there are devices', null, { count: 30 }],
    ['no success as enough', percent('0%'), null],
  ])('where a wave tolerates %s, one device still has to succeed', (_, minSuccess, maxFailures) => {
    const wave = makeWave('w', 10, { minSuccess, maxFailures });
    expect(limitOf(wave, 10, RULES_OF_TODAY)).toEqual({ base: 10, tolerated: 9, needed: 1 });
    expect(isExceeded(judgeWave(wave, score({ failed: 4, 'timed-out': 3, unknown: 2, success: 1 })))).toBe(
      false,
    );
    expect(isExceeded(judgeWave(wave, score({ failed: 5, 'timed-out': 3, unknown: 2 })))).toBe(true);
  });

  test('of a wave whose only device fails', () => {
    const wave = makeWave('w', 1, { maxFailures: { count: 1 } });
    expect(isExceeded(judgeWave(wave, score({ failed: 1 })))).toBe(true);
  });

  test('of what is left where rejected devices are ignored', () => {
    const wave = makeWave('w', 3, { maxFailures: percent('100%'), rejected: 'ignore' });
    expect(judgeWave(wave, score({ rejected: 2, failed: 1 }))).toMatchObject({ base: 1, tolerated: 0 });
    expect(isExceeded(judgeWave(wave, score({ rejected: 2, failed: 1 })))).toBe(true);
  });

  test('of the others after some failures were acknowledged', () => {
    const seen = { failed: 6 };
    expect(isExceeded(judgeWave(all, score({ failed: 9, processing: 1 }, seen)))).toBe(false);
    const judgement = judgeWave(all, score({ failed: 10 }, seen));
    expect(judgement).toEqual({ base: 10, tolerated: 3, needed: 1, failures: 4, acknowledged: 6 });
    expect(isExceeded(judgement)).toBe(true);
  });

  test('of a wave that tolerates every silent device', () => {
    const wave = makeWave('w', 3, { maxFailures: { count: 0 }, maxTimedOut: percent('100%') });
    expect(isExceeded(judgeWave(wave, score({ 'timed-out': 2, success: 1 })))).toBe(false);
    expect(judgeWave(wave, score({ 'timed-out': 3 }))).toMatchObject({
      failures: 3,
      tolerated: 2,
      needed: 1,
    });
    expect(isExceeded(judgeWave(wave, score({ 'timed-out': 3 }, { 'timed-out': 3 })))).toBe(false);
  });

  test('of what is left after a check that confirmed nothing was acknowledged', () => {
    const confirmed = score({ inconclusive: 8, failed: 2 }, { inconclusive: 8 });
    expect(isExceeded(judgeWave(all, confirmed))).toBe(true);
    expect(isExceeded(judgeWave(all, score({ inconclusive: 8, failed: 2 })))).toBe(false);
  });

  test('but a person may go on without one: what was acknowledged halts nothing', () => {
    expect(isExceeded(judgeWave(all, score({ failed: 10 }, { failed: 10 })))).toBe(false);
  });

  test('over the whole rollout', () => {
    const plan = makePlan([all, makeWave('two', 5)], { maxFailures: percent('100%') });
    expect(judgeRollout(plan, [])).toMatchObject({ base: 15, tolerated: 14, needed: 1 });
  });
});

describe('by the rules of release 0.1', () => {
  const all = makeWave('w', 10, { maxFailures: percent('100%') });

  test('a wave that tolerates everything passes without a success', () => {
    expect(limitOf(all, 10, 1)).toEqual({ base: 10, tolerated: 10, needed: null });
    const none = judgeWaveBy(all, score({ failed: 10 }), 1);
    expect(none).toEqual({ base: 10, tolerated: 10, needed: null, failures: 10, acknowledged: 0 });
    expect(isExceeded(none)).toBe(false);
    expect(isExceeded(judgeWaveBy(all, score({ failed: 10 }, { failed: 6 }), 1))).toBe(false);
  });

  test('so does a rollout', () => {
    const plan = makePlan([all, makeWave('two', 5)], { maxFailures: percent('100%') });
    expect(judgeRolloutBy(plan, [], 1)).toMatchObject({ base: 15, tolerated: 15, needed: null });
  });
});

describe('the rollout as a whole', () => {
  const plan = makePlan([makeWave('one', 10), makeWave('two', 10)], { maxFailures: percent('15%') });

  test('adds up all waves so far over all devices of the plan', () => {
    const judgement = judgeRollout(plan, [
      score({ failed: 2, success: 8 }),
      score({ failed: 1, processing: 9 }),
    ]);
    expect(judgement).toEqual({ base: 20, tolerated: 3, needed: null, failures: 3, acknowledged: 0 });
  });

  test('halts at the next one', () => {
    const judgement = judgeRollout(plan, [
      score({ failed: 2, success: 8 }),
      score({ failed: 2, processing: 8 }),
    ]);
    expect(judgement !== null && isExceeded(judgement)).toBe(true);
  });

  test('is not judged where the plan tolerates nothing in particular', () => {
    expect(judgeRollout(makePlan([makeWave('one', 1)]), [])).toBeNull();
  });
});

describe('acknowledged failures', () => {
  const wave = makeWave('w', 10, { maxFailures: { count: 1 } });

  test('no longer count, and their devices stay in the base', () => {
    const judgement = judgeWave(
      wave,
      score({ failed: 2, rejected: 1, processing: 7 }, { failed: 2, rejected: 1 }),
    );
    expect(judgement).toEqual({ base: 10, tolerated: 1, needed: null, failures: 0, acknowledged: 3 });
  });

  test('leave new ones the whole of what is tolerated', () => {
    expect(isExceeded(judgeWave(wave, score({ failed: 3, processing: 7 }, { failed: 2 })))).toBe(false);
    expect(isExceeded(judgeWave(wave, score({ failed: 4, processing: 6 }, { failed: 2 })))).toBe(true);
  });

  test('do not make success unreachable again', () => {
    const strict = makeWave('w', 10, { minSuccess: percent('90%'), maxFailures: null });
    expect(isExceeded(judgeWave(strict, score({ failed: 3, processing: 7 }, { failed: 2 })))).toBe(false);
    expect(isExceeded(judgeWave(strict, score({ failed: 4, processing: 6 }, { failed: 2 })))).toBe(true);
  });

  test('are no failures of a rollout either', () => {
    const plan = makePlan([makeWave('one', 10), makeWave('two', 10)], { maxFailures: { count: 1 } });
    const scores = [score({ failed: 2, success: 8 }, { failed: 2 }), score({ failed: 1, success: 9 })];
    expect(judgeRollout(plan, scores)).toMatchObject({ failures: 1, acknowledged: 2, tolerated: 1 });
  });

  test('that were rejected count for nothing where rejections are ignored', () => {
    const lenient = makeWave('w', 10, { rejected: 'ignore' });
    expect(judgeWave(lenient, score({ rejected: 3, failed: 1 }, { rejected: 3, failed: 1 }))).toMatchObject({
      base: 7,
      failures: 0,
      acknowledged: 1,
    });
  });
});
