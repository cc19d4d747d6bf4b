/** Trials of the engine itself, in virtual time, against the exact odds and against their seeds. */
import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import type { RolloutPlan } from '../../src/plan/rollout-plan.ts';
import { countEndings, rehearse, spreadOf } from '../../src/rehearsal/rehearse.ts';
import type { Trial } from '../../src/rehearsal/trial.ts';
import { computeOdds } from '../../src/rollout/odds.ts';
import type { Breakage } from '../../src/rollout/odds.ts';
import { faultRule, SCENARIO_DEFAULTS, WHOLE_SHARE } from '../../src/backend/simulator/scenario.ts';
import type { Scenario } from '../../src/backend/simulator/scenario.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { STARTED_AT } from '../kit/rollouts.ts';

/** Devices that end at once, for few polls a trial. */
const QUICK: Scenario = {
  ...SCENARIO_DEFAULTS,
  devices: { ...SCENARIO_DEFAULTS.devices, duration: { kind: 'fixed', ms: 1_000 } },
};

type Wanted = {
  readonly trials?: number;
  readonly seed?: number;
  readonly breakage?: Breakage | null;
  readonly scenario?: Scenario;
};

function tryOut(plan: RolloutPlan, { trials = 1, seed = 1, breakage = null, scenario = QUICK }: Wanted = {}) {
  return rehearse({
    plan,
    trials,
    seed,
    breakage,
    scenario,
    startAt: STARTED_AT,
    apiOutageMs: 900_000,
    polling: { minIntervalMs: 5_000, maxIntervalMs: 300_000 },
  });
}

function outline({ why, haltedIn, reached, broken, calls, durationMs }: Trial) {
  return { why, haltedIn, reached, broken, calls, durationMs };
}

const HOUR_MS = 3_600_000;

/** A share of so many trials strays further than this from its chance once in a million times, or rarer. */
function strayOf(chance: number, trials: number): number {
  return 5 * Math.sqrt((chance * (1 - chance)) / trials) + 1e-9;
}

describe('trials', () => {
  const plan = makePlan([
    makeWave('canary', 5),
    makeWave('tenth', 12, { maxFailures: { count: 1 }, batch: { size: 4, parallel: 1 } }),
    makeWave('rest', 30, { maxFailures: { count: 3 } }),
  ]);
  const strict = { ...plan, maxFailures: { count: 2 } };

  test.each<[string, RolloutPlan, Breakage]>([
    ['of an artifact that breaks a share of devices', plan, { kind: 'share', partsPerMillion: 60_000 }],
    ['of one that breaks so many devices', plan, { kind: 'count', devices: 4 }],
    ['of a plan that bounds all failures', strict, { kind: 'share', partsPerMillion: 60_000 }],
  ])('end as often as the exact odds say, %s', async (_, tried, breakage) => {
    const trials = await tryOut(tried, { trials: 400, breakage });
    const odds = computeOdds(tried, breakage);
    const shareOf = (isSuch: (trial: Trial) => boolean) => trials.filter(isSuch).length / trials.length;
    const completed = shareOf(({ why }) => why === 'completed');
    expect(Math.abs(completed - odds.completes)).toBeLessThan(strayOf(odds.completes, trials.length));
    for (const { wave, reached, passes } of odds.waves) {
      const chance = reached * (1 - (passes ?? 1));
      const share = shareOf(({ haltedIn }) => haltedIn === wave);
      expect(Math.abs(share - chance), wave).toBeLessThan(strayOf(chance, trials.length));
    }
    const mean = trials.reduce((sum, { broken }) => sum + broken, 0) / trials.length;
    const variance = trials.reduce((sum, { broken }) => sum + (broken - mean) ** 2, 0) / trials.length;
    expect(Math.abs(mean - odds.broken)).toBeLessThan(5 * Math.sqrt(variance / trials.length));
  });

  test('are the same for the same seed, and the first is the one that the seed gives by itself', async () => {
    const breakage: Breakage = { kind: 'share', partsPerMillion: 100_000 };
    const some = (await tryOut(plan, { trials: 12, seed: 7, breakage })).map(outline);
    expect((await tryOut(plan, { trials: 12, seed: 7, breakage })).map(outline)).toEqual(some);
    expect((await tryOut(plan, { seed: 7, breakage })).map(outline)).toEqual(some.slice(0, 1));
    expect((await tryOut(plan, { trials: 12, seed: 8, breakage })).map(outline)).not.toEqual(some);
  });

  test('of an artifact that breaks so many devices break just those', async () => {
    const open = makePlan([makeWave('all', 30, { maxFailures: { count: 30 } })]);
    // However many failures are tolerated, a wave passes by its successes.
    for (const [devices, why] of [
      [0, 'completed'],
      [1, 'completed'],
      [29, 'completed'],
      [30, 'halted'],
    ] as const) {
      const [trial] = await tryOut(open, { breakage: { kind: 'count', devices } });
      expect(trial).toMatchObject({ why, reached: 30, broken: devices });
    }
  });

  test('wait for windows, soaks and approvals, and cost no time of ours', async () => {
    const staged = makePlan([
      makeWave('canary', 2, { soakMs: 24 * HOUR_MS }),
      makeWave('night', 2, {
        approval: 'required',
        window: { days: [1, 2, 3, 4, 5, 6, 7], from: 60, to: 300, timeZone: 'UTC' },
      }),
    ]);
    const [trial] = await tryOut(staged);
    // It starts on a Monday at 8:00, and the soak is over on Tuesday at 8:00: the window opens on Wednesday at 1:00.
    expect(trial).toMatchObject({ why: 'completed', reached: 4 });
    expect(trial?.durationMs).toBeGreaterThan(41 * HOUR_MS);
    expect(trial?.durationMs).toBeLessThan(41 * HOUR_MS + HOUR_MS / 2);
  });

  test('halt after a soak in which devices that had succeeded fail', async () => {
    const soaked = makePlan([
      makeWave('canary', 4, { soakMs: 24 * HOUR_MS }),
      makeWave('rest', 40, { soakMs: HOUR_MS }),
    ]);
    const relapsing: Scenario = {
      ...QUICK,
      devices: { ...QUICK.devices, shares: { relapse: WHOLE_SHARE }, relapseAfterMs: 6 * HOUR_MS },
    };
    const [trial] = await tryOut(soaked, { scenario: relapsing });
    expect(trial).toMatchObject({ why: 'halted', haltedIn: 'canary', reached: 4, broken: 4 });
    expect(trial?.durationMs).toBeGreaterThan(24 * HOUR_MS);
    // A soak that is too short sees nothing of it.
    const short = makePlan([makeWave('canary', 4, { soakMs: HOUR_MS }), makeWave('rest', 40)]);
    const [passed] = await tryOut(short, { scenario: relapsing });
    expect(passed).toMatchObject({ why: 'completed', reached: 44, broken: 44 });
  });

  test('show what else a scenario has in store', async () => {
    const lost: Scenario = {
      ...QUICK,
      faults: [faultRule({ fault: 'reset-after-effect', call: 'post', at: [1] })],
    };
    const [trial] = await tryOut(plan, { scenario: lost });
    expect(trial).toMatchObject({ why: 'in-doubt', haltedIn: null, reached: 5, broken: 0 });
  });
});

describe('what many trials come to', () => {
  test('is a spread by nearest rank', () => {
    expect(spreadOf([])).toEqual({ median: 0, p95: 0, most: 0 });
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 }), (values) => {
        const { median, p95, most } = spreadOf(values);
        for (const [value, percent] of [
          [median, 50],
          [p95, 95],
          [most, 100],
        ] as const) {
          expect(values).toContain(value);
          expect(values.filter((one) => one <= value).length * 100).toBeGreaterThanOrEqual(
            percent * values.length,
          );
          expect(values.filter((one) => one < value).length * 100).toBeLessThan(percent * values.length);
        }
      }),
    );
  });

  test('is an ending for each of them', async () => {
    const plan = makePlan([makeWave('one', 3), makeWave('two', 3)]);
    const trials = await tryOut(plan, { trials: 30, breakage: { kind: 'share', partsPerMillion: 200_000 } });
    const endings = countEndings(
      trials,
      plan.waves.map(({ name }) => name),
    );
    expect(endings.reduce((sum, ending) => sum + ending.trials, 0)).toBe(30);
    expect(endings.map(({ why, wave }) => [why, wave])).toEqual([
      ['completed', null],
      ['halted', 'one'],
      ['halted', 'two'],
    ]);
  });
});
