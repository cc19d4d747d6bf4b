import { expect, test } from 'vitest';
import { runModelCampaign } from './model-campaign.ts';
import { EXACT } from './model/reference.ts';
import type { Arithmetic } from './model/reference.ts';

test('the engine judges thousands of random rollouts as an independent reference judges them', async () => {
  const figures = await runModelCampaign({ seed: 1, rollouts: 1200 });
  expect(figures.differences).toEqual([]);
  // It is no use unless all of it happened.
  expect(figures.verdicts).toBeGreaterThan(20_000);
  expect(figures.completed).toBeGreaterThan(200);
  expect(figures.runs).toBe(150);
  expect(figures.resumed).toBeGreaterThan(200);
  expect(figures.retried).toBeGreaterThan(100);
  for (const reason of ['failures-exceeded', 'success-unreachable', 'rollout-failures-exceeded']) {
    expect(figures.halts[reason], reason).toBeGreaterThan(50);
  }
});

const MUTANTS: readonly [string, Partial<Arithmetic>][] = [
  [
    'at the threshold instead of beyond it',
    { isTooMany: (failures, threshold, base) => EXACT.isTooMany(failures + 1, threshold, base) },
  ],
  [
    'percentages in floating point',
    {
      isTooMany: (failures, threshold, base) =>
        'count' in threshold
          ? failures > threshold.count
          : (failures / base) * 100 >= threshold.millionths / 10_000 && failures > 0,
    },
  ],
  ['rejected devices that stay in the base', { baseOf: ({ devices }) => devices.length }],
  [
    'nothing left of a base as a success',
    { baseOf: ({ devices, ignoresRejected }, rejected) => devices.length - (ignoresRejected ? rejected : 0) },
  ],
  [
    'needed successes rounded down',
    {
      isTooFew: (successes, threshold, base) =>
        'count' in threshold
          ? successes < threshold.count
          : successes < Math.floor((threshold.millionths * base) / 1_000_000),
    },
  ],
  ['a wave that passes without a success', { isWithoutSuccess: () => false }],
];

test.each(MUTANTS)('a judge that is wrong is noticed: %s', async (_, wrong) => {
  const { differences } = await runModelCampaign({
    seed: 1,
    rollouts: 200,
    arithmetic: { ...EXACT, ...wrong },
  });
  expect(differences.length).toBeGreaterThan(0);
});
