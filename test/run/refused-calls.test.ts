/** Calls that are refused with a status that the API does not document for them: an outage, whatever the status. */
import { describe, expect, test } from 'vitest';
import { faultRule, SCENARIO_DEFAULTS, WHOLE_SHARE } from '../../src/backend/simulator/scenario.ts';
import type { CallFaultName, FaultRule, Scenario } from '../../src/backend/simulator/scenario.ts';
import type { CallRecord } from '../../src/backend/simulator/ledger.ts';
import { openLastingWorld } from '../kit/lasting-world.ts';
import { order } from '../kit/orders.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { STARTED_AT } from '../kit/rollouts.ts';
import { tellRun, typesOf } from '../kit/runs.ts';
import type { RunHandle, RunWanted } from '../kit/runs.ts';
import { createScriptedApi, failure } from '../kit/scripted-api.ts';

const MINUTE_MS = 60_000;
const API_OUTAGE_MS = 15 * MINUTE_MS;

const STATUSES: readonly CallFaultName[] = [
  'status-302',
  'status-400',
  'status-405',
  'status-409',
  'status-410',
  'status-413',
  'status-422',
  'status-426',
  'status-451',
];

const PLAN = makePlan([makeWave('w', 4, { timeoutMs: 4 * MINUTE_MS })]);

/** Devices take 30 s. */
async function runAmong(
  faults: readonly FaultRule[],
  wanted: Partial<RunWanted> = {},
  scenario: Partial<Scenario> = {},
) {
  const calls: CallRecord[] = [];
  const devices = { ...SCENARIO_DEFAULTS.devices, duration: { kind: 'fixed', ms: 30_000 } as const };
  const world = openLastingWorld({ devices, faults, ...scenario }, (call) => calls.push(call));
  const told = await tellRun({ plan: PLAN, ...wanted, api: world.api });
  const polls = calls.filter(({ kind }) => kind === 'poll').map(({ at }) => at - STARTED_AT);
  return { ...told, calls, polls, world };
}

function leaveAt(afterMs: number, act: (run: RunHandle) => void): (run: RunHandle) => void {
  return (run) => {
    void run.clock.sleepUntil(run.clock.now() + afterMs).then(() => {
      act(run);
    });
  };
}

describe('a poll that is refused', () => {
  test.each(STATUSES)(
    'with %s counts as an outage: ever more slowly, until apiOutage has passed',
    async (fault) => {
      const { result, events, notices, polls } = await runAmong([faultRule({ fault, call: 'poll' })]);
      expect(result.cause).toMatchObject({ why: 'environment', isRecorded: true });
      expect(result.cause.message).toContain(fault.slice('status-'.length));
      expect(result.state.phase.kind).toBe('running');
      const [first = NaN, ...later] = polls;
      expect((polls.at(-1) ?? NaN) - first).toBe(API_OUTAGE_MS);
      const pauses = later.map((at, index) => at - (polls[index] ?? NaN));
      expect(pauses.slice(0, 7)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
      expect(typesOf(events)).not.toContain('devices-timed-out');
      expect(notices.filter(({ kind }) => kind === 'api-back')).toEqual([]);
    },
  );

  test.each(STATUSES)('with %s for a while costs nothing but time', async (fault) => {
    const { result, notices } = await runAmong([faultRule({ fault, call: 'poll', toMs: 5 * MINUTE_MS })]);
    expect(result.cause.why).toBe('completed');
    expect(result.state.waves[0]?.tally.success).toBe(4);
    expect(notices.filter(({ kind }) => kind === 'api-back')).toHaveLength(1);
  });

  test('does not move the deadline: the first answer after it declares the time-outs', async () => {
    const scenario = { devices: { ...SCENARIO_DEFAULTS.devices, shares: { stuck: WHOLE_SHARE } } };
    const { events, calls } = await runAmong(
      [faultRule({ fault: 'status-400', call: 'poll', toMs: 5 * MINUTE_MS })],
      {},
      scenario,
    );
    const firstAnswer = calls.find(({ kind, status }) => kind === 'poll' && status === 200);
    const timedOut = events.find(({ type }) => type === 'devices-timed-out');
    expect(firstAnswer?.at).toBeGreaterThan(STARTED_AT + 5 * MINUTE_MS);
    expect(timedOut?.at).toBe(firstAnswer?.at);
  });

  test('in one deployment ends the run, however well another is answered', async () => {
    const refused = { kind: 'failed', failure: failure('invalid', 400) } as const;
    const { result, clock } = await tellRun({
      plan: makePlan([makeWave('w', 2, { timeoutMs: 600 * MINUTE_MS, batch: { size: 1, parallel: 2 } })]),
      api: (time) => {
        const api = createScriptedApi(time, { device: () => 'processing' });
        return {
          ...api,
          readDeployment: (id) => (id === 'id-1' ? Promise.resolve(refused) : api.readDeployment(id)),
        };
      },
    });
    expect(result.cause.why).toBe('environment');
    expect(clock.now() - STARTED_AT).toBeLessThan(API_OUTAGE_MS + 10 * MINUTE_MS);
  });

  test('ends with an abort: the outcome is asked for within the grace, and then no more', async () => {
    const { result, clock } = await runAmong([faultRule({ fault: 'status-400', call: 'poll' })], {
      plan: { ...PLAN, haltGraceMs: 2 * MINUTE_MS },
      onStart: leaveAt(MINUTE_MS, ({ leave }) => {
        leave(order('abort'));
      }),
    });
    expect(result.cause.why).toBe('halted');
    expect(result.state.phase.kind).toBe('closed');
    expect(clock.now() - STARTED_AT).toBeLessThan(8 * MINUTE_MS);
  });

  test('ends at once with Ctrl-C', async () => {
    const { result, clock } = await runAmong([faultRule({ fault: 'status-302', call: 'poll' })], {
      onStart: leaveAt(2 * MINUTE_MS + 500, ({ stop }) => {
        stop();
      }),
    });
    expect(result.cause.why).toBe('interrupted');
    expect(clock.now() - STARTED_AT).toBe(2 * MINUTE_MS + 500);
  });

  test('in turns with a 429 ends the run, for a time in which no call may be made is not counted', async () => {
    const rateLimit = { limit: 1_000, windowMs: 20 * MINUTE_MS, reset: 'seconds' } as const;
    const polls = { call: 'poll' } as const;
    const odd = Array.from({ length: 200 }, (_, index) => 2 * index + 1);
    const { result, calls } = await runAmong(
      [faultRule({ fault: 'status-410', ...polls, at: odd }), faultRule({ fault: 'status-429', ...polls })],
      {},
      { rateLimit },
    );
    expect(result.cause.why).toBe('environment');
    const refusals = calls.filter(({ fault }) => fault === 'status-410');
    // By the time that is counted: 1 s, 2 s, 4 s … between two of them.
    expect(refusals.length).toBeGreaterThan(10);
  });
});

describe('the list of devices, refused before anything is posted,', () => {
  test.each(STATUSES)('with %s ends the run within 15 s', async (fault) => {
    const { result, clock, world } = await runAmong([faultRule({ fault, call: 'connection' })]);
    expect(result.cause.why).toBe('environment');
    expect(clock.now() - STARTED_AT).toBeLessThanOrEqual(15_000);
    expect(world.simulator.ledger().deployments).toEqual([]);
  });
});

test('a POST that is in doubt and is answered with a redirect each time is not made without end', async () => {
  const { result, calls } = await runAmong([faultRule({ fault: 'status-302', call: 'post' })], {
    plan: { ...PLAN, whenInDoubt: 'post-again' },
  });
  expect(result.cause.why).toBe('environment');
  expect(calls.filter(({ kind }) => kind === 'post').length).toBeLessThan(30);
});
