/** Lists of which the API gives a part: their news count, and nothing follows from what they leave out. */
import { describe, expect, test } from 'vitest';
import { parsePercentage } from '../../src/plan/threshold.ts';
import { present } from '../../src/base/assert.ts';
import { unknownIn } from '../../src/rollout/preflight.ts';
import {
  faultRule,
  LIST_FAULT_NAMES,
  SCENARIO_DEFAULTS,
  WHOLE_SHARE,
} from '../../src/backend/simulator/scenario.ts';
import type { FaultRule, Scenario } from '../../src/backend/simulator/scenario.ts';
import { openLastingWorld } from '../kit/lasting-world.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { STARTED_AT } from '../kit/rollouts.ts';
import { tellRun, typesOf } from '../kit/runs.ts';
import type { RunWanted } from '../kit/runs.ts';

const MINUTE_MS = 60_000;
const PLAN = makePlan([makeWave('w', 4, { timeoutMs: 10 * MINUTE_MS })]);

/** By which nothing leads to the rest. */
const PARTS = LIST_FAULT_NAMES.filter((fault) => fault !== 'paged-list');

async function runAmong(
  faults: readonly FaultRule[],
  wanted: Partial<RunWanted> = {},
  scenario: Partial<Scenario> = {},
) {
  const devices = { ...SCENARIO_DEFAULTS.devices, duration: { kind: 'fixed', ms: 30_000 } as const };
  const world = openLastingWorld({ devices, faults, ...scenario });
  const told = await tellRun({ plan: PLAN, ...wanted, api: world.api });
  return { ...told, world };
}

describe("a deployment's list", () => {
  test('of many pages is read to its end', async () => {
    const { result, world } = await runAmong([faultRule({ fault: 'paged-list', call: 'poll', rows: 1 })]);
    expect(result.cause.why).toBe('completed');
    expect(result.state.waves[0]?.tally.success).toBe(4);
    expect(world.simulator.stats().faults['paged-list']).toBeGreaterThanOrEqual(4);
  });

  test.each(PARTS)(
    'that is cut by %s times no device out, and ends the run after apiOutage',
    async (fault) => {
      const { result, events, notices, clock } = await runAmong([faultRule({ fault, call: 'poll' })]);
      expect(typesOf(events)).not.toContain('devices-timed-out');
      // What the part does hold is news.
      const success = result.state.waves[0]?.tally.success ?? 0;
      expect(success).toBeGreaterThan(0);
      expect(success).toBeLessThan(4);
      expect(result.cause).toMatchObject({ why: 'environment' });
      expect(result.cause.message).toMatch(/^the API's list of deployment w\/1 \(.+\) is incomplete: /);
      // Until the deadline nothing depends on the rest.
      expect(clock.now() - STARTED_AT).toBeGreaterThanOrEqual(25 * MINUTE_MS);
      expect(clock.now() - STARTED_AT).toBeLessThan(27 * MINUTE_MS);
      expect(notices.filter(({ kind }) => kind === 'oddity')).toHaveLength(1);
    },
  );

  test.each(PARTS)(
    'that is cut by %s for a while times out, once it is whole, what did not end',
    async (fault) => {
      const shares = { stuck: WHOLE_SHARE };
      const { events, result } = await runAmong(
        [faultRule({ fault, call: 'poll', toMs: 12 * MINUTE_MS })],
        {},
        { devices: { ...SCENARIO_DEFAULTS.devices, shares } },
      );
      const timedOut = present(
        events.find((event) => event.type === 'devices-timed-out'),
        'the time-out',
      );
      expect(timedOut).toMatchObject({ timedOut: ['w-1', 'w-2', 'w-3', 'w-4'], unknown: [] });
      expect(timedOut.at).toBeGreaterThan(STARTED_AT + 12 * MINUTE_MS);
      expect(result.cause.why).toBe('halted');
    },
  );

  test.each(PARTS)('that is cut by %s after a soak is no check of its devices', async (fault) => {
    const plan = makePlan([makeWave('w', 4, { soakMs: 5 * MINUTE_MS }), makeWave('x', 1)]);
    const { result, events } = await runAmong([faultRule({ fault, call: 'poll', fromMs: 3 * MINUTE_MS })], {
      plan,
    });
    expect(result.cause.why).toBe('environment');
    expect(typesOf(events)).not.toContain('soak-ended');
    expect(result.state.waves[1]?.phase).toBe('waiting');
  });
});

describe('answers that a cache has kept for an hour', () => {
  const cached = (fromMs: number) =>
    faultRule({ fault: 'cached-date', call: 'poll', shiftMs: 60 * MINUTE_MS, fromMs });

  test('time no device out, and end the run after apiOutage', async () => {
    const { result, events } = await runAmong([cached(0)]);
    expect(result.cause).toMatchObject({ why: 'environment' });
    expect(result.cause.message).toContain('a cache kept it for 1h00m');
    expect(typesOf(events)).not.toContain('devices-reported');
    expect(typesOf(events)).not.toContain('devices-timed-out');
  });

  test('are no check after a soak', async () => {
    const plan = makePlan([makeWave('w', 4, { soakMs: 5 * MINUTE_MS }), makeWave('x', 1)]);
    const { result, events } = await runAmong([cached(3 * MINUTE_MS)], { plan });
    expect(result.cause).toMatchObject({ why: 'environment' });
    expect(typesOf(events)).not.toContain('soak-ended');
    expect(result.state.waves[1]?.phase).toBe('waiting');
  });
});

describe("the list of the account's devices", () => {
  const minOnline = (text: string) => ({ preflight: { minOnline: present(parsePercentage(text), text) } });
  const account = ['w-1', 'w-2', 'w-3', 'w-4'];

  test.each(LIST_FAULT_NAMES)('cut by %s does not hold a plan up that asks for nothing', async (fault) => {
    const { result } = await runAmong([faultRule({ fault, call: 'connection' })], {}, { account });
    expect(result.cause.why).toBe('completed');
  });

  test.each(PARTS)(
    'cut by %s, too few online in it are no evidence: nothing is posted, exit 4',
    async (fault) => {
      const plan = { ...PLAN, ...minOnline('100%') };
      const { result, clock, world } = await runAmong(
        [faultRule({ fault, call: 'connection' })],
        { plan },
        { account },
      );
      expect(result.cause.why).toBe('environment');
      expect(result.cause.message).toContain("the API's list of the account's devices is incomplete: ");
      expect(clock.now() - STARTED_AT).toBeLessThanOrEqual(15_000);
      expect(world.simulator.ledger().deployments).toEqual([]);
    },
  );

  test('is enough where as many as are needed are online in a part of it', async () => {
    const plan = { ...PLAN, ...minOnline('50%') };
    const { result, notices } = await runAmong(
      [faultRule({ fault: 'partial-list', call: 'connection' })],
      { plan },
      { account },
    );
    expect(result.cause.why).toBe('completed');
    const preflight = notices.flatMap((notice) => (notice.kind === 'preflight' ? [notice.preflight] : []));
    const partial = 'it holds 2 of 4 rows';
    const unlisted = ['w-3', 'w-4'];
    expect(preflight).toEqual([{ devices: 4, online: 2, offline: [], unlisted, needed: 2, partial }]);
    expect(preflight.map(unknownIn)).toEqual([[]]);
  });

  test('of many pages counts every device on them', async () => {
    const plan = { ...PLAN, ...minOnline('100%') };
    const { result } = await runAmong(
      [faultRule({ fault: 'paged-list', call: 'connection', rows: 1 })],
      { plan },
      { account },
    );
    expect(result.cause.why).toBe('completed');
  });
});
