/** What stands between waves: soaks, windows and approvals, by the real runner in virtual time. */
import { describe, expect, test } from 'vitest';
import { approve, at, atAge, run } from '../kit/staged-runs.ts';
import type { PlanDigest } from '../../src/plan/identifiers.ts';
import type { Window } from '../../src/plan/rollout-plan.ts';
import type { JournaledEvent } from '../../src/rollout/event.ts';
import { order } from '../kit/orders.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { STARTED_AT } from '../kit/rollouts.ts';
import { typesOf } from '../kit/runs.ts';
import type { RunHandle } from '../kit/runs.ts';
import { healthyDevice } from '../kit/scripted-api.ts';
import type { Deployments, DeviceScript } from '../kit/scripted-api.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('a soak', () => {
  const plan = makePlan([makeWave('one', 2, { soakMs: HOUR_MS }), makeWave('two', 2)]);

  /** The run after `first`, with an order to resume that has been left before it. */
  function resumed(
    { events, clock }: Awaited<ReturnType<typeof run>>,
    device: DeviceScript,
    deployed: Deployments,
  ) {
    const onStart = ({ leave }: RunHandle) => {
      leave(order('resume'));
    };
    return run({ plan, events, startAt: clock.now(), onStart }, device, { deployed });
  }

  test('keeps the next wave back, and ends with a look at each device', async () => {
    const { events, result } = await run({ plan });
    expect(result.cause.why).toBe('completed');
    const soaking = at(events, 'wave-soaking');
    expect(at(events, 'soak-ended') - soaking).toBeGreaterThanOrEqual(HOUR_MS);
    expect(at(events, 'soak-ended') - soaking).toBeLessThan(HOUR_MS + MINUTE_MS);
    expect(at(events, 'wave-started', 'two')).toBeGreaterThanOrEqual(at(events, 'soak-ended'));
    const types = typesOf(events);
    const order = ['wave-soaking', 'soak-ended', 'wave-passed', 'wave-started'];
    expect(types.slice(types.indexOf('wave-soaking'), types.indexOf('wave-soaking') + 4)).toEqual(order);
  });

  test('halts where a device has failed since it had succeeded', async () => {
    const { events, result } = await run({ plan }, (ageMs, serial) =>
      ageMs < MINUTE_MS ? 'processing' : serial === 'one-2' && ageMs > 30 * MINUTE_MS ? 'failed' : 'success',
    );
    expect(result.cause.why).toBe('halted');
    expect(typesOf(events)).not.toContain('soak-ended');
    expect(events.find(({ type }) => type === 'rollout-halted')).toMatchObject({
      wave: 'one',
      cause: { reason: 'failures-exceeded', failures: 1 },
    });
  });

  test('bears what is tolerated, and goes on', async () => {
    const lenient = makePlan([
      makeWave('one', 2, { soakMs: HOUR_MS, maxFailures: { count: 1 } }),
      makeWave('two', 2),
    ]);
    const { result } = await run({ plan: lenient }, (ageMs, serial) =>
      ageMs < MINUTE_MS ? 'processing' : serial === 'one-2' && ageMs > 30 * MINUTE_MS ? 'failed' : 'success',
    );
    expect(result.cause.why).toBe('completed');
    expect(result.state.waves[0]?.tally).toMatchObject({ success: 1, failed: 1 });
  });

  test('lasts across runs by the time on record, and costs no run that has no time for it', async () => {
    const deployed: Deployments = new Map();
    const first = await run({ plan, maxWaitMs: 10 * MINUTE_MS }, healthyDevice, { deployed });
    expect(first.result.cause.why).toBe('waiting');
    expect(first.clock.now() - STARTED_AT).toBeLessThan(10 * MINUTE_MS);
    const soaking = at(first.events, 'wave-soaking');
    const second = await run(
      { plan, events: first.events, startAt: soaking + 2 * HOUR_MS, maxWaitMs: 0 },
      healthyDevice,
      { deployed },
    );
    expect(second.result.cause.why).toBe('completed');
    expect(at(second.events, 'soak-ended')).toBeLessThan(soaking + 2 * HOUR_MS + MINUTE_MS);
  });

  test('ends at once for a pause, and goes on where it was', async () => {
    const deployed: Deployments = new Map();
    const first = await run(
      {
        plan,
        onEvent: ({ type }, handle) => {
          if (type === 'wave-soaking') handle.leave(order('pause'));
        },
      },
      healthyDevice,
      { deployed },
    );
    expect(first.result.cause.why).toBe('paused');
    const second = await resumed(first, healthyDevice, deployed);
    expect(second.result.cause.why).toBe('completed');
    expect(typesOf(second.events).filter((type) => type === 'wave-soaking')).toHaveLength(1);
  });

  test('is begun anew after a halt in it was acknowledged', async () => {
    const failing: DeviceScript = (ageMs, serial) =>
      ageMs < MINUTE_MS ? 'processing' : serial === 'one-2' && ageMs > 30 * MINUTE_MS ? 'failed' : 'success';
    const deployed: Deployments = new Map();
    const first = await run({ plan }, failing, { deployed });
    const second = await resumed(first, failing, deployed);
    expect(second.result.cause.why).toBe('completed');
    expect(typesOf(second.events).filter((type) => type === 'wave-soaking')).toHaveLength(2);
  });
});

/** STARTED_AT is a Monday, at 08:00 UTC. */
const MORNING: Window = { days: [1, 2, 3, 4, 5], from: 9 * 60, to: 10 * 60, timeZone: 'UTC' };

describe('a window', () => {
  test('is waited for, and nothing is posted before', async () => {
    const plan = makePlan([makeWave('one', 2, { window: MORNING })]);
    const { events, result, notices } = await run({ plan });
    expect(result.cause.why).toBe('completed');
    expect(at(events, 'wave-started')).toBeGreaterThanOrEqual(STARTED_AT + HOUR_MS);
    expect(at(events, 'deployment-intended')).toBeLessThan(STARTED_AT + HOUR_MS + MINUTE_MS);
    expect(notices).toContainEqual({
      kind: 'waiting',
      wave: 'one',
      why: 'window',
      until: STARTED_AT + HOUR_MS,
    });
  });

  test('that closes leaves what is in flight alone, and holds back what is not posted until it opens again', async () => {
    const wave = makeWave('one', 3, { window: MORNING, batch: { size: 1, parallel: 1 } });
    const { events, result } = await run({ plan: makePlan([wave]) }, (ageMs) =>
      ageMs < 40 * MINUTE_MS ? 'processing' : 'success',
    );
    expect(result.cause.why).toBe('completed');
    const posts = events
      .filter(({ type }) => type === 'deployment-intended')
      .map((event) => event.at - STARTED_AT);
    expect(posts).toHaveLength(3);
    for (const post of posts) {
      const inDay = post % (24 * HOUR_MS);
      expect(inDay).toBeGreaterThanOrEqual(HOUR_MS);
      expect(inDay).toBeLessThan(2 * HOUR_MS);
    }
    expect((posts[2] ?? 0) / (24 * HOUR_MS)).toBeGreaterThan(1);
    const second = events
      .filter(({ type }) => type === 'devices-reported')
      .map((event) => event.at - STARTED_AT);
    // The one that was in flight at ten o'clock was followed to its end.
    expect(second.some((time) => time > 2 * HOUR_MS && time < 3 * HOUR_MS)).toBe(true);
  });

  test('that opens while slow devices are followed lets the next ones be posted at once', async () => {
    const noon: Window = { ...MORNING, from: 0, to: 8 * 60 + 10 };
    const wave = makeWave('one', 4, {
      window: noon,
      timeoutMs: 30 * HOUR_MS,
      batch: { size: 1, parallel: 2 },
    });
    const slow: DeviceScript = (ageMs, serial) =>
      ageMs < (serial === 'one-1' ? 29 * HOUR_MS : 15 * MINUTE_MS) ? 'processing' : 'success';
    const { events, result } = await run({ plan: makePlan([wave]) }, slow);
    expect(result.cause.why).toBe('completed');
    const posts = events
      .filter(({ type }) => type === 'deployment-intended')
      .map((event) => event.at - STARTED_AT);
    // Two at once; the window is closed when the second has ended, and opens at midnight.
    expect(posts.slice(0, 2).every((time) => time < MINUTE_MS)).toBe(true);
    expect((posts[2] ?? 0) - 16 * HOUR_MS).toBeGreaterThanOrEqual(0);
    expect((posts[2] ?? 0) - 16 * HOUR_MS).toBeLessThan(MINUTE_MS);
  });

  test('that is further away than a run may wait ends it at once, with nothing posted', async () => {
    const plan = makePlan([makeWave('one', 2, { window: MORNING })]);
    const { result, clock, api } = await run({ plan, maxWaitMs: HOUR_MS - 1 });
    expect(result.cause).toMatchObject({
      why: 'waiting',
      message: 'wave one waits for its window until 2026-01-05 09:00:00 UTC',
    });
    expect(clock.now()).toBe(STARTED_AT);
    expect(api?.posted).toEqual([]);
  });
});

describe('an approval', () => {
  const plan = makePlan([makeWave('one', 2), makeWave('two', 2, { approval: 'required' })]);

  test('that nobody has given ends the run before the wave starts', async () => {
    const { result, api, events } = await run({ plan });
    expect(result.cause).toMatchObject({ why: 'waiting', message: 'wave two waits for approval' });
    expect(api?.posted).toHaveLength(1);
    expect(typesOf(events).filter((type) => type === 'wave-started')).toHaveLength(1);
  });

  test('is waited for as long as the run was told, and taken up within a tick', async () => {
    const { result, events } = await run({
      plan,
      maxWaitMs: HOUR_MS,
      onStart: atAge(30 * MINUTE_MS, ({ leave }) => {
        leave(approve('two'));
      }),
    });
    expect(result.cause.why).toBe('completed');
    expect(at(events, 'wave-started', 'two') - STARTED_AT).toBeLessThan(30 * MINUTE_MS + 2_000);
    const late = await run({ plan, maxWaitMs: HOUR_MS });
    expect(late.result.cause.why).toBe('waiting');
    expect(late.clock.now() - STARTED_AT).toBeGreaterThanOrEqual(HOUR_MS);
  });

  test('may be given before it is needed', async () => {
    const { result } = await run({
      plan,
      onStart: ({ leave }) => {
        leave(approve('two'));
      },
    });
    expect(result.cause.why).toBe('completed');
  });

  test('does not carry over to a plan that has changed', async () => {
    const first = await run({
      plan,
      onStart: ({ leave }) => {
        leave(approve('two'));
      },
      onEvent: ({ type }, { leave }) => {
        if (type === 'wave-approved') leave(order('pause'));
      },
    });
    expect(first.result.cause.why).toBe('paused');
    const changed: JournaledEvent = {
      seq: first.events.length + 1,
      at: first.clock.now(),
      type: 'plan-changed',
      plan: makePlan([makeWave('one', 2), makeWave('two', 3, { approval: 'required' })]),
      digest: 'c'.repeat(64) as PlanDigest,
      changes: [],
    };
    const second = await run({
      plan,
      events: [...first.events, changed],
      startAt: first.clock.now(),
      onStart: ({ leave }) => {
        leave(order('resume'));
        leave({ ...approve('two'), id: 'again' });
      },
    });
    expect(second.result.cause.why).toBe('waiting');
    expect(second.events.find(({ type }) => type === 'order-refused')).toMatchObject({
      message: expect.stringContaining('changed') as string,
    });
  });

  test('comes after the window, so that the wave starts when it is given', async () => {
    const both = makePlan([makeWave('one', 2, { approval: 'required', window: MORNING })]);
    const { result, clock } = await run({ plan: both });
    expect(result.cause.why).toBe('waiting');
    expect(clock.now()).toBe(STARTED_AT + HOUR_MS);
  });
});
