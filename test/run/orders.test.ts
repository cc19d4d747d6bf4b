/** Orders that reach a runner at work. */
import { describe, expect, test } from 'vitest';
import type { JournaledEvent } from '../../src/rollout/event.ts';
import type { Order } from '../../src/rollout/order.ts';
import { ORDER_TICK_MS } from '../../src/run/loop/watch-orders.ts';
import { SCENARIO_DEFAULTS, WHOLE_SHARE } from '../../src/backend/simulator/scenario.ts';
import { openLastingWorld } from '../kit/lasting-world.ts';
import { order } from '../kit/orders.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { createScriptedApi, healthyDevice } from '../kit/scripted-api.ts';
import type { DeviceScript, ScriptedApi } from '../kit/scripted-api.ts';
import { tellRun, typesOf } from '../kit/runs.ts';
import type { RunHandle, RunWanted } from '../kit/runs.ts';

const MINUTE_MS = 60_000;

/** Fails after a minute. */
const brokenDevice: DeviceScript = (ageMs) => (ageMs < MINUTE_MS ? 'processing' : 'failed');

/** Leaves `given` at `afterMs` since the start. */
function leaveAt(given: Order, afterMs: number): (run: RunHandle) => void {
  return ({ clock, leave }) => {
    void clock.sleepUntil(clock.now() + afterMs).then(() => {
      leave(given);
    });
  };
}

async function run(wanted: Omit<RunWanted, 'api'>, device: DeviceScript = healthyDevice) {
  const apis: ScriptedApi[] = [];
  const told = await tellRun({
    ...wanted,
    api: (clock) => {
      const api = createScriptedApi(clock, { device });
      apis.push(api);
      return api;
    },
  });
  const posted = apis.flatMap((api) => api.posted.map(({ devices }) => devices.length));
  return { ...told, posted };
}

function at(events: readonly JournaledEvent[], type: string): number {
  return events.find((event) => event.type === type)?.at ?? NaN;
}

const plan = makePlan([makeWave('one', 2), makeWave('two', 2)]);

describe('an order to a runner at work', () => {
  test('is on record within one tick', async () => {
    const givenAt: number[] = [];
    const { events } = await run({
      plan,
      onStart: ({ clock, leave }) => {
        void clock.sleepUntil(clock.now() + 10_250).then(() => {
          givenAt.push(clock.now());
          leave(order('pause'));
        });
      },
    });
    const tookMs = at(events, 'rollout-paused') - (givenAt[0] ?? NaN);
    expect(tookMs).toBeGreaterThanOrEqual(0);
    expect(tookMs).toBeLessThanOrEqual(ORDER_TICK_MS);
  });

  test('is dropped from the inbox when it is on record, and obeyed once', async () => {
    const { events } = await run({ plan, onStart: leaveAt(order('pause'), 5_000) });
    expect(typesOf(events).filter((type) => type === 'rollout-paused')).toHaveLength(1);
  });

  test('is found by the next run where none was at work', async () => {
    const { events, posted } = await run({
      plan,
      onStart: ({ leave }) => {
        leave(order('abort'));
      },
    });
    expect(posted).toEqual([]);
    expect(typesOf(events)).toContain('rollout-aborted');
    expect(typesOf(events)).toContain('rollout-halted');
  });
});

test('an order that was left before the run is taken up before anything is decided', async () => {
  const one = makePlan([makeWave('w', 2, { maxFailures: { count: 1 } })]);
  const halted = await run({ plan: one }, brokenDevice);
  expect(halted.result.state.phase.kind).toBe('closed');
  const again = await run({
    plan: one,
    events: halted.events,
    onStart: ({ leave }) => {
      leave(order('resume'));
    },
  });
  expect(again.result.cause.why).toBe('completed');
  expect(again.result.state.waves[0]?.acknowledged.failed).toBe(2);
});

test('a pause lets the wave in flight end, posts nothing further and ends the run as unfinished', async () => {
  const { result, posted } = await run({ plan, onStart: leaveAt(order('pause'), 10_000) });
  expect(result.cause.why).toBe('paused');
  expect(posted).toEqual([2]);
  expect(result.state.waves.map(({ phase }) => phase)).toEqual(['passed', 'waiting']);
});

test('a paused rollout that is run again stays paused, and posts nothing', async () => {
  const { events } = await run({ plan, onStart: leaveAt(order('pause'), 10_000) });
  const again = await run({ plan, events });
  expect(again.result.cause.why).toBe('paused');
  expect(again.posted).toEqual([]);
});

test('a pause that is lifted while the runner still follows what is in flight goes on without a new run', async () => {
  const { result, posted } = await run({
    plan,
    onStart(handle) {
      leaveAt(order('pause'), 10_000)(handle);
      leaveAt(order('resume'), 20_000)(handle);
    },
  });
  expect(result.cause.why).toBe('completed');
  expect(posted).toEqual([2, 2]);
});

test('a pause that is lifted lets the next batches be posted at once, while slow devices are still followed', async () => {
  const wave = makeWave('w', 8, { batch: { size: 2, parallel: 2 } });
  const { events } = await run(
    {
      plan: makePlan([wave]),
      onStart(handle) {
        leaveAt(order('pause'), 30_000)(handle);
        leaveAt(order('resume'), 120_000)(handle);
      },
    },
    (ageMs, serial) => (ageMs < (serial === 'w-3' ? 3_000_000 : MINUTE_MS) ? 'processing' : 'success'),
  );
  const resumedAt = at(events, 'rollout-resumed');
  const third = events.find((event) => event.type === 'deployment-intended' && event.batch === 3);
  expect((third?.at ?? Infinity) - resumedAt).toBeLessThan(MINUTE_MS);
});

test('a pause between batches keeps the next ones back', async () => {
  const wave = makeWave('w', 6, { batch: { size: 2, parallel: 1 } });
  const { result, posted } = await run({ plan: makePlan([wave]), onStart: leaveAt(order('pause'), 10_000) });
  expect(result.cause.why).toBe('paused');
  expect(posted).toEqual([2]);
  expect(result.state.waves[0]?.tally).toMatchObject({ success: 2, waiting: 4 });
});

test('an abort halts at once, posts nothing further and watches what is in flight', async () => {
  const wave = makeWave('w', 6, { batch: { size: 2, parallel: 1 } });
  const { result, posted, events } = await run({
    plan: makePlan([wave]),
    onStart: leaveAt(order('abort'), 10_000),
  });
  expect(result.cause.why).toBe('halted');
  expect(posted).toEqual([2]);
  expect(result.state.phase).toMatchObject({ kind: 'closed', cause: { reason: 'operator' }, unfinished: 0 });
  expect(at(events, 'rollout-halted')).toBe(at(events, 'rollout-aborted'));
  expect(result.state.waves[0]?.tally.success).toBe(2);
});

describe('after a halt, while the runner still watches', () => {
  // Three batches: the first fails after a minute, the second is slow, the third has not been posted when it halts.
  const wave = makeWave('w', 3, { batch: { size: 1, parallel: 2 } });
  const slow: DeviceScript = (ageMs, serial) => {
    if (serial === 'w-1') return ageMs < MINUTE_MS ? 'processing' : 'failed';
    if (serial === 'w-2') return ageMs < 8 * MINUTE_MS ? 'processing' : 'success';
    return healthyDevice(ageMs, serial);
  };

  test('a resume is heard, acknowledges the failure and goes on at once', async () => {
    const { result, posted, events } = await run(
      { plan: makePlan([wave]), onStart: leaveAt(order('resume'), 3 * MINUTE_MS) },
      slow,
    );
    expect(result.cause.why).toBe('completed');
    expect(posted).toEqual([1, 1, 1]);
    // The batch that waited is posted when the runner hears of it, not when the slow one has ended.
    const intents = events.filter(({ type }) => type === 'deployment-intended');
    expect((intents[2]?.at ?? NaN) - at(events, 'rollout-resumed')).toBe(0);
  });

  test('a retry deploys again to what failed, and judges the wave by it', async () => {
    // A script knows no attempts: what w-1 does is told by whether the retry is on record.
    let isRetried = false;
    const { result, posted } = await run(
      {
        plan: makePlan([wave]),
        onStart: leaveAt(order('retry'), 3 * MINUTE_MS),
        onEvent(event) {
          if (event.type === 'wave-retried') isRetried = true;
        },
      },
      (ageMs, serial) => (isRetried && serial === 'w-1' ? healthyDevice : slow)(ageMs, serial),
    );
    expect(result.cause.why).toBe('completed');
    expect(posted).toEqual([1, 1, 1, 1]);
    expect(result.state.waves[0]?.tally.success).toBe(3);
  });

  test('a run that begins after the grace asks once more for what was in flight', async () => {
    const { api } = openLastingWorld({
      devices: { ...SCENARIO_DEFAULTS.devices, duration: { kind: 'fixed', ms: 8 * MINUTE_MS } },
      overrides: [
        {
          serials: ['w-1'],
          deployments: null,
          share: WHOLE_SHARE,
          behaviour: { duration: { kind: 'fixed', ms: MINUTE_MS }, shares: { failed: WHOLE_SHARE } },
        },
      ],
    });
    const halted = await tellRun({
      plan: makePlan([wave]),
      api,
      onEvent(event, { stop }) {
        if (event.type === 'rollout-halted') stop();
      },
    });
    expect(halted.result.state.phase.kind).toBe('halted');
    const startAt = halted.clock.now() + 24 * 60 * MINUTE_MS;
    const { result } = await tellRun({ plan: makePlan([wave]), api, events: halted.events, startAt });
    expect(result.state.phase).toMatchObject({ kind: 'closed', unfinished: 0 });
    expect(result.state.waves[0]?.tally).toMatchObject({ failed: 1, success: 1 });
  });

  test('late outcomes are on record and never undo the halt', async () => {
    const { result, posted } = await run({ plan: makePlan([wave]) }, slow);
    expect(result.state.phase).toMatchObject({ kind: 'closed', unfinished: 0 });
    expect(result.state.waves[0]?.tally).toMatchObject({ failed: 1, success: 1, waiting: 1 });
    expect(posted).toEqual([1, 1]);
  });
});

test('two orders that contradict each other are both answered, in the order in which they came', async () => {
  const { result, events } = await run(
    {
      plan,
      onStart({ clock, leave }) {
        void clock.sleepUntil(clock.now() + 5_000).then(() => {
          leave(order('abort'));
          leave(order('resume'));
        });
      },
    },
    brokenDevice,
  );
  expect(result.cause.why).toBe('halted');
  expect(typesOf(events).filter((type) => type === 'order-refused')).toHaveLength(1);
  expect(result.state.orders.get('resume')?.refusal).toContain('aborted');
});
