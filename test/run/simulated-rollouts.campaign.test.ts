import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { parsePercentage } from '../../src/plan/threshold.ts';
import type { RolloutPlan } from '../../src/plan/rollout-plan.ts';
import { findViolations } from '../../src/backend/simulator/checker.ts';
import { faultRule, FAULT_NAMES, SCENARIO_DEFAULTS } from '../../src/backend/simulator/scenario.ts';
import type { CallRecord } from '../../src/backend/simulator/ledger.ts';
import type { CallFaultName, Scenario } from '../../src/backend/simulator/scenario.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { tellRun, typesOf } from '../kit/runs.ts';
import { openSimulatedWorld } from '../kit/simulated.ts';
import type { SimulatedWorld } from '../kit/simulated.ts';

const PLAN = makePlan([
  makeWave('canary', 5, { maxFailures: parsePercentage('40%') }),
  makeWave('site', 60, { maxFailures: parsePercentage('20%'), batch: { size: 20, parallel: 2 } }),
  makeWave('rest', 200, { maxFailures: parsePercentage('20%') }),
]);

async function runSimulated(scenario: Partial<Scenario>, plan: RolloutPlan = PLAN) {
  let world: SimulatedWorld | null = null;
  const calls: CallRecord[] = [];
  const onCall = (call: CallRecord) => void calls.push(call);
  const told = await tellRun({
    plan,
    api: (clock) => (world ??= openSimulatedWorld(scenario, clock, onCall)).api,
  });
  const { simulator } = present<SimulatedWorld>(world, 'the simulated world');
  const { phase } = told.result.state;
  const violations = findViolations(simulator.ledger(), {
    artifactUuid: plan.artifact.uuid,
    waves: plan.waves.map(({ devices }) => devices),
    attemptsMax: 1,
    haltedAt: phase.kind === 'closed' ? phase.haltedAt : phase.kind === 'halted' ? phase.at : null,
  });
  return { ...told, calls, simulator, violations, stats: simulator.stats() };
}

test('a healthy fleet: every bucket is what truly happened to its devices', async () => {
  const shares = { failed: 20_000, rejected: 10_000, flip: 10_000, late: 10_000 };
  const { result, simulator, violations } = await runSimulated({
    devices: { ...SCENARIO_DEFAULTS.devices, shares, lateAfterMs: 7_200_000 },
  });
  expect(result.cause.why).toBe('completed');
  expect(violations).toEqual([]);
  const truth = simulator
    .ledger()
    .deployments.flatMap(({ devices }) => devices.map(({ outcome }) => outcome));
  const countTrue = (...outcomes: readonly string[]) =>
    truth.filter((outcome) => outcomes.includes(outcome)).length;
  const countTold = (bucket: 'failed' | 'rejected' | 'timed-out') =>
    result.state.waves.reduce((sum, { tally }) => sum + tally[bucket], 0);
  expect(countTold('rejected')).toBe(countTrue('rejected'));
  expect(countTold('timed-out')).toBe(countTrue('late'));
  // A device that fails and then recovers ends as whatever the last poll of its wave saw.
  expect(countTold('failed')).toBeGreaterThanOrEqual(countTrue('failed'));
  expect(countTold('failed')).toBeLessThanOrEqual(countTrue('failed', 'flip'));
});

test('a bad artifact halts in its first wave, and nothing is posted after it', async () => {
  const { result, violations, simulator } = await runSimulated({
    devices: { ...SCENARIO_DEFAULTS.devices, shares: { failed: 900_000 } },
  });
  expect(result.cause.why).toBe('halted');
  expect(result.state.phase).toMatchObject({ wave: 'canary' });
  expect(simulator.ledger().deployments).toHaveLength(1);
  expect(violations).toEqual([]);
});

test('devices that are accepted and never listed are unknown', async () => {
  const { result } = await runSimulated({
    devices: { ...SCENARIO_DEFAULTS.devices, shares: { unknown: 1_000_000 } },
  });
  expect(result.state.waves[0]?.tally.unknown).toBe(5);
  expect(result.state.phase).toMatchObject({
    kind: 'closed',
    cause: { reason: 'failures-exceeded', failures: 5 },
  });
});

test('a server whose clock is 7 minutes ahead is met at its own time, and that is told once', async () => {
  const { result, notices, stats } = await runSimulated({ clockSkewMs: 420_000 });
  expect(result.cause.why).toBe('completed');
  const told = notices.filter(({ kind }) => kind === 'clock-off');
  expect(told).toHaveLength(1);
  expect(stats.answersByStatus[401]).toBe(1);
});

test('a budget of 60 calls an hour is never exceeded by a run of its own making', async () => {
  for (const reset of ['epoch', 'seconds'] as const) {
    const { result, stats } = await runSimulated({ rateLimit: { limit: 60, windowMs: 3_600_000, reset } });
    expect(result.cause.why).toBe('completed');
    expect(stats.overLimit).toBe(0);
  }
});

describe('with the fault', () => {
  /** What a POST that is struck must come to: made again, in doubt, or the end of the run or the rollout. */
  const atPost: Readonly<Record<CallFaultName, 'completed' | 'in-doubt' | 'environment' | 'halted'>> = {
    'status-429': 'completed',
    'status-500': 'in-doubt',
    'status-500-after-effect': 'in-doubt',
    'status-503': 'in-doubt',
    unauthorized: 'environment',
    forbidden: 'environment',
    'not-found': 'halted',
    'reset-before-effect': 'in-doubt',
    'reset-after-effect': 'in-doubt',
    'timeout-after-effect': 'in-doubt',
    'cut-off': 'in-doubt',
    truncated: 'in-doubt',
    'not-json': 'in-doubt',
    slow: 'completed',
    'wrong-status-word': 'completed',
    'foreign-device': 'completed',
    'duplicate-device': 'completed',
    'unreadable-lists': 'completed',
    'unreadable-answer': 'in-doubt',
    // A redirect, or a status that nobody expects, tells nothing of what was done.
    'status-302': 'in-doubt',
    'status-400': 'halted',
    'status-405': 'halted',
    'status-409': 'in-doubt',
    'status-410': 'in-doubt',
    'status-413': 'halted',
    'status-422': 'halted',
    'status-426': 'in-doubt',
    'status-451': 'in-doubt',
    'paged-list': 'completed',
    'partial-list': 'completed',
    'wrapped-list': 'completed',
    'foreign-link': 'completed',
    'endless-list': 'completed',
    'gzip-bomb': 'in-doubt',
    'deep-nesting': 'in-doubt',
    'too-many-rows': 'in-doubt',
    'no-date': 'completed',
    'wrong-date': 'completed',
    'cached-date': 'completed',
  };

  test.each(FAULT_NAMES)('%s at a POST, the run ends as it must and deploys nothing twice', async (fault) => {
    const { result, violations, stats } = await runSimulated({
      faults: [faultRule({ fault, call: 'post', at: [2] })],
    });
    expect(stats.faults[fault]).toBe(1);
    expect(result.cause.why).toBe(atPost[fault]);
    expect(violations).toEqual([]);
    expect(stats.whileBlocked).toBe(0);
  });

  const FATAL_TO_POLLS: readonly CallFaultName[] = ['unauthorized', 'forbidden'];

  test.each(FAULT_NAMES)(
    '%s at one poll in three, the outcome is that of an undisturbed run',
    async (fault) => {
      const { result, violations, stats, events, calls } = await runSimulated({
        faults: [faultRule({ fault, call: 'poll', share: 333_333 })],
      });
      expect(stats.faults[fault]).toBeGreaterThan(0);
      expect(violations).toEqual([]);
      // What is sent at the very moment of a refusal cannot know of it.
      const refused = calls.filter(({ status }) => status === 429);
      const struckAt = new Set(refused.flatMap((call) => (call.fault === null ? [] : [call.at])));
      expect(refused.filter(({ at }) => !struckAt.has(at))).toEqual([]);
      if (FATAL_TO_POLLS.includes(fault)) {
        expect(result.cause.why).toBe('environment');
        return;
      }
      expect(result.cause.why).toBe('completed');
      expect(typesOf(events)).not.toContain('devices-timed-out');
      expect(result.state.waves.map(({ tally }) => tally)).toEqual(
        (await runSimulated({})).result.state.waves.map(({ tally }) => tally),
      );
    },
  );
});

test('a failure names the request id that the vendor can look up', async () => {
  const { result } = await runSimulated({
    faults: [faultRule({ fault: 'status-500', call: 'post', at: [1] })],
  });
  expect(result.cause.message).toMatch(/answered with 500 .*\[request [0-9a-f-]{36}\]/);
});

test('the same scenario gives the same rollout, event for event', async () => {
  const scenario = { devices: { ...SCENARIO_DEFAULTS.devices, shares: { failed: 50_000 } } };
  const [first, second] = [await runSimulated(scenario), await runSimulated(scenario)];
  expect(first.events).toEqual(second.events);
});
