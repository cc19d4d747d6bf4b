import { describe, expect, test } from 'vitest';
import { DIGEST, makePlan, makeWave } from '../kit/plans.ts';
import { order } from '../kit/orders.ts';
import { STARTED_AT } from '../kit/rollouts.ts';
import { tellRun, typesOf } from '../kit/runs.ts';
import type { RunHandle } from '../kit/runs.ts';
import {
  accepted,
  createScriptedApi,
  failure,
  healthyDevice,
  inDoubt,
  NO_BUDGET,
  notMade,
} from '../kit/scripted-api.ts';
import type { ApiScript, ScriptedApi } from '../kit/scripted-api.ts';
import type { Clock } from '../../src/base/clock.ts';
import { present } from '../../src/base/assert.ts';
import type { JournaledEvent, RolloutEvent } from '../../src/rollout/event.ts';

/** The API of a script, kept so that a test can look at what it was asked. */
function scripted(script: ApiScript = {}) {
  let made: ScriptedApi | null = null;
  return {
    create: (clock: Clock): ScriptedApi => (made ??= createScriptedApi(clock, script)),
    get posted() {
      return present(made, 'the API').posted;
    },
    get polledAt() {
      return present(made, 'the API').polledAt;
    },
  };
}

const TWO_WAVES = makePlan([makeWave('canary', 2), makeWave('rest', 5)]);

describe('a run', () => {
  test('brings a healthy rollout to its end, wave by wave', async () => {
    const api = scripted();
    const { result, events } = await tellRun({ plan: TWO_WAVES, api: api.create });
    expect(result.cause.why).toBe('completed');
    expect(api.posted.map(({ devices }) => devices.length)).toEqual([2, 5]);
    const types = typesOf(events);
    expect(types.indexOf('wave-passed')).toBeLessThan(types.lastIndexOf('deployment-intended'));
    expect(types.slice(-2)).toEqual(['rollout-completed', 'runner-stopped']);
    expect(result.state.waves.map(({ tally }) => tally.success)).toEqual([2, 5]);
  });

  test('gives each deployment the artifact and the arguments of its wave', async () => {
    const api = scripted();
    const plan = makePlan([makeWave('w', 1, { arguments: { channel: 'canary' } })]);
    await tellRun({ plan, api: api.create });
    expect(api.posted).toEqual([
      { devices: ['w-1'], artifactUuid: plan.artifact.uuid, arguments: { channel: 'canary' } },
    ]);
  });

  test('has the intent of every POST on record before it leaves', async () => {
    let intents = 0;
    const api = scripted();
    await tellRun({
      plan: TWO_WAVES,
      api: (clock) => {
        const made = api.create(clock);
        return {
          ...made,
          postDeployment(request, signed) {
            expect(intents).toBe(made.posted.length + 1);
            return made.postDeployment(request, signed);
          },
        };
      },
      onEvent: ({ type }) => {
        if (type === 'deployment-intended') intents++;
      },
    });
    expect(intents).toBe(2);
  });

  test('keeps no more deployments in flight than the wave allows, and posts them all', async () => {
    const plan = makePlan([makeWave('w', 10, { batch: { size: 2, parallel: 2 } })]);
    let most = 0;
    const { result } = await tellRun({
      plan,
      api: (clock) => {
        const made = createScriptedApi(clock);
        const inFlight = new Map<string, number>();
        return {
          ...made,
          postDeployment(request, signed) {
            for (const [key, endsAt] of inFlight) if (endsAt <= clock.now()) inFlight.delete(key);
            inFlight.set(String(request.devices[0]), clock.now() + 60_000);
            most = Math.max(most, inFlight.size);
            return made.postDeployment(request, signed);
          },
        };
      },
    });
    expect(most).toBe(2);
    expect(result.state.deployments.size).toBe(5);
    expect(result.cause.why).toBe('completed');
  });
});

describe('a halt', () => {
  test('leaves batches that were not posted unposted, and watches those in flight', async () => {
    const plan = makePlan([makeWave('w', 6, { batch: { size: 2, parallel: 1 } })]);
    const api = scripted({
      device: (ageMs, serial) => (ageMs < 60_000 ? 'processing' : serial === 'w-1' ? 'failed' : 'success'),
    });
    const { result, events } = await tellRun({ plan, api: api.create });
    expect(api.posted).toHaveLength(1);
    expect(result.cause.why).toBe('halted');
    expect(result.state.phase).toMatchObject({ kind: 'closed', wave: 'w', unfinished: 0 });
    expect(typesOf(events).filter((type) => type === 'rollout-halted')).toHaveLength(1);
  });

  test('watches devices in flight for the grace and no longer, and records what they become', async () => {
    const plan = makePlan([makeWave('w', 3)], { haltGraceMs: 300_000 });
    const api = scripted({
      device: (ageMs, serial) => {
        if (serial === 'w-1') return ageMs < 10_000 ? 'processing' : 'failed';
        if (serial === 'w-2') return ageMs < 200_000 ? 'processing' : 'success';
        return 'processing';
      },
    });
    const { result, events } = await tellRun({ plan, api: api.create });
    const halted = present(
      events.find(({ type }) => type === 'rollout-halted'),
      'the halt',
    );
    const ended = present(
      events.find(({ type }) => type === 'grace-ended'),
      'the end of the grace',
    );
    expect(ended.at - halted.at).toBe(300_000);
    expect(ended).toMatchObject({ unfinished: 1 });
    expect(result.state.waves[0]?.tally).toMatchObject({ failed: 1, success: 1, processing: 1 });
  });

  test('comes with a refusal: what the API calls wrong in the plan is not tried again', async () => {
    const api = scripted({ posts: [notMade('not-found', 404)] });
    const { result } = await tellRun({ plan: TWO_WAVES, api: api.create });
    expect(api.posted).toHaveLength(1);
    expect(result.state.phase).toMatchObject({ kind: 'closed', cause: { reason: 'deployment-refused' } });
  });
});

describe('a device', () => {
  test('that never ends is timed out at the deadline, after a poll that was made then', async () => {
    const plan = makePlan([makeWave('w', 3, { timeoutMs: 1_000_000, maxFailures: { count: 2 } })]);
    const words: Readonly<Record<string, string>> = { 'w-1': 'processing', 'w-3': 'success' };
    const api = scripted({ device: (_, serial) => words[serial] ?? null });
    const { result, events } = await tellRun({ plan, api: api.create });
    const timedOut = present(
      events.find(({ type }) => type === 'devices-timed-out'),
      'the time-out',
    );
    expect(timedOut).toMatchObject({ timedOut: ['w-1'], unknown: ['w-2'], at: STARTED_AT + 1_000_000 });
    expect(api.polledAt.at(-1)).toBe(STARTED_AT + 1_000_000);
    expect(result.cause.why).toBe('completed');
  });

  test('is not timed out while the API cannot be asked', async () => {
    const plan = makePlan([makeWave('w', 1, { timeoutMs: 60_000 })]);
    const away = { kind: 'failed', failure: failure('unreachable') } as const;
    const api = scripted({ polls: Array.from({ length: 9 }, () => away), device: () => 'success' });
    const { result, events } = await tellRun({ plan, api: api.create });
    expect(result.cause.why).toBe('completed');
    expect(typesOf(events)).not.toContain('devices-timed-out');
    expect(result.state.updatedAt).toBeGreaterThan(STARTED_AT + 60_000);
  });

  test('of a deployment that the API does not know is unknown at the deadline', async () => {
    const plan = makePlan([makeWave('w', 1, { timeoutMs: 60_000 })]);
    const missing = { kind: 'failed', failure: failure('not-found', 404) } as const;
    const api = scripted({ polls: Array.from({ length: 99 }, () => missing) });
    const { result } = await tellRun({ plan, api: api.create });
    expect(result.state.waves[0]?.tally.unknown).toBe(1);
    expect(result.cause.why).toBe('halted');
  });
});

describe('a POST that certainly did not happen', () => {
  test('is taken back on record and made again when the API can be reached', async () => {
    const api = scripted({ posts: [notMade('unreachable'), notMade('unreachable'), null] });
    const { result, events } = await tellRun({ plan: makePlan([makeWave('w', 1)]), api: api.create });
    expect(typesOf(events).filter((type) => type.startsWith('deployment-'))).toEqual([
      'deployment-intended',
      'deployment-not-made',
      'deployment-intended',
      'deployment-not-made',
      'deployment-intended',
      'deployment-accepted',
    ]);
    expect(result.cause.why).toBe('completed');
  });

  test('after 429 is made again at Reset and not before', async () => {
    const resetAt = STARTED_AT + 1_800_000;
    let isOver = false;
    const api = scripted({
      posts: [notMade('rate-limited', 429)],
      budget: () => (isOver ? { ...NO_BUDGET, blockedUntil: resetAt } : NO_BUDGET),
    });
    const { events, notices } = await tellRun({
      plan: makePlan([makeWave('w', 1)]),
      api: api.create,
      onEvent: ({ type }) => {
        isOver = type === 'deployment-not-made';
      },
    });
    const intents = events.filter(({ type }) => type === 'deployment-intended');
    expect(intents.map(({ at }) => at)).toEqual([STARTED_AT, resetAt]);
    expect(notices).toContainEqual({ kind: 'rate-limited', until: resetAt });
  });

  test('for want of permission ends the run, not the rollout', async () => {
    const api = scripted({ posts: [notMade('forbidden', 403)] });
    const { result } = await tellRun({ plan: TWO_WAVES, api: api.create });
    expect(result.cause).toMatchObject({ why: 'environment', message: 'the API: forbidden' });
    expect(result.state.phase.kind).toBe('running');
    expect(api.posted).toHaveLength(1);
  });
});

describe('an API that cannot be reached', () => {
  const away = { kind: 'failed', failure: failure('unreachable') } as const;

  test('ends a run within 15 s if nothing has been posted', async () => {
    const api = scripted({ connections: Array.from({ length: 99 }, () => away) });
    const { result, clock } = await tellRun({ plan: TWO_WAVES, api: api.create });
    expect(result.cause.why).toBe('environment');
    expect(clock.now() - STARTED_AT).toBeLessThanOrEqual(15_000);
    expect(api.posted).toHaveLength(0);
  });

  test('is tried again ever more slowly until apiOutage has passed, later', async () => {
    const api = scripted({ polls: Array.from({ length: 99 }, () => away) });
    const { result, notices, clock } = await tellRun({ plan: TWO_WAVES, api: api.create });
    expect(result.cause.why).toBe('environment');
    expect(clock.now() - STARTED_AT).toBeGreaterThanOrEqual(900_000);
    const waits = notices.flatMap((notice) => (notice.kind === 'call-failed' ? [notice.retryAt] : []));
    expect(waits.length).toBeLessThan(30);
    expect(result.state.phase.kind).toBe('running');
  });

  test('is told when it is back', async () => {
    const api = scripted({ polls: [away, away] });
    const { result, notices } = await tellRun({ plan: TWO_WAVES, api: api.create });
    expect(result.cause.why).toBe('completed');
    expect(notices.filter(({ kind }) => kind === 'api-back')).toHaveLength(1);
  });
});

describe('a deployment in doubt', () => {
  test('stops the run, and is not posted again by the next one', async () => {
    const first = await tellRun({
      plan: TWO_WAVES,
      api: scripted({ posts: [inDoubt('server-error', 500)] }).create,
    });
    expect(first.result.cause.why).toBe('in-doubt');
    const api = scripted();
    const second = await tellRun({ plan: TWO_WAVES, api: api.create, events: first.events });
    expect(second.result.cause.why).toBe('in-doubt');
    expect(api.posted).toHaveLength(0);
  });

  test('is posted again under a new key where the plan allows it, not without end', async () => {
    const plan = makePlan([makeWave('w', 1)], { whenInDoubt: 'post-again' });
    const api = scripted({ posts: [inDoubt('timed-out'), null] });
    const { result } = await tellRun({ plan, api: api.create });
    expect(result.cause.why).toBe('completed');
    expect([...result.state.deployments.keys()]).toEqual(['w/1', 'w/1.2']);

    const broken = scripted({ posts: Array.from({ length: 99 }, () => inDoubt('server-error', 500)) });
    const ended = await tellRun({ plan, api: broken.create });
    expect(ended.result.cause.why).toBe('environment');
    expect(broken.posted.length).toBeLessThan(10);
  });

  test('is what a crash between intent and answer leaves', async () => {
    const told = await tellRun({ plan: TWO_WAVES, api: scripted().create });
    const intent = told.events.findIndex(({ type }) => type === 'deployment-intended');
    const api = scripted();
    const { result } = await tellRun({
      plan: TWO_WAVES,
      api: api.create,
      events: told.events.slice(0, intent + 1),
    });
    expect(result.cause.why).toBe('in-doubt');
    expect(api.posted).toHaveLength(0);
  });
});

describe('an interrupted run', () => {
  test('starts nothing more, keeps what is in flight on record, and goes on later where it was', async () => {
    const plan = makePlan([makeWave('w', 4, { batch: { size: 2, parallel: 1 } })]);
    const firstApi = scripted();
    const first = await tellRun({
      plan,
      api: firstApi.create,
      onEvent: ({ type }, { stop }) => {
        if (type === 'deployment-accepted') stop();
      },
    });
    expect(first.result.cause.why).toBe('interrupted');
    expect(firstApi.posted).toHaveLength(1);
    expect(first.notices).toContainEqual({ kind: 'stopping', inFlight: 2 });

    const posted: (readonly string[])[] = [];
    const second = await tellRun({
      plan,
      startAt: STARTED_AT + 600_000,
      events: first.events,
      api: (clock) => {
        const made = createScriptedApi(clock);
        return {
          ...made,
          // The first run's deployment goes on where it is.
          readDeployment: (id) =>
            id === 'id-1' && made.posted.length === 0
              ? Promise.resolve({
                  kind: 'read',
                  value: ['w-1', 'w-2'].map((serial) => ({ serial, status: 'success', updatedAt: null })),
                  requestId: null,
                })
              : made.readDeployment(id),
          postDeployment(request, signed) {
            posted.push(request.devices);
            return made.postDeployment(request, signed);
          },
        };
      },
    });
    expect(second.result.cause.why).toBe('completed');
    expect(posted).toEqual([['w-3', 'w-4']]);
  });

  test('that slept past a deadline polls once before it declares a time-out', async () => {
    const plan = makePlan([makeWave('w', 1, { timeoutMs: 60_000 })]);
    const events: JournaledEvent[] = [
      { seq: 1, at: STARTED_AT, type: 'rollout-started', plan, digest: DIGEST, simulated: false },
    ];
    const first = await tellRun({
      plan,
      events,
      api: scripted().create,
      onEvent: ({ type }, { stop }) => {
        if (type === 'deployment-accepted') stop();
      },
    });
    const value = [{ serial: 'w-1', status: 'success', updatedAt: null }];
    const { result } = await tellRun({
      plan,
      events: first.events,
      startAt: STARTED_AT + 86_400_000,
      api: scripted({ polls: [{ kind: 'read', value, requestId: null }] }).create,
    });
    expect(result.state.waves[0]?.tally).toMatchObject({ success: 1, 'timed-out': 0 });
    expect(result.cause.why).toBe('completed');
  });
});

test('a journal that takes nothing more stops the run with nothing posted that is not on record', async () => {
  const whole = await tellRun({ plan: TWO_WAVES, api: scripted().create });
  for (let failAt = 2; failAt <= whole.events.length; failAt++) {
    const api = scripted();
    const { result, events } = await tellRun({ plan: TWO_WAVES, api: api.create, failAt });
    expect(result.cause).toMatchObject({ why: failAt === whole.events.length ? 'completed' : 'environment' });
    const intents = typesOf(events).filter((type) => type === 'deployment-intended').length;
    expect(api.posted.length).toBe(intents);
  }
});

test('a run can go on from any point of a record, and never posts a batch twice', async () => {
  const plan = makePlan([makeWave('a', 4, { batch: { size: 2, parallel: 2 } }), makeWave('b', 2)]);
  const whole = await tellRun({ plan, api: scripted().create });
  for (let length = 1; length <= whole.events.length; length++) {
    const earlier = whole.events.slice(0, length);
    const intended = earlier.flatMap((event) => (event.type === 'deployment-intended' ? event.devices : []));
    const api = scripted({
      device: healthyDevice,
      posts: [accepted('n-1'), accepted('n-2'), accepted('n-3')],
    });
    const { result } = await tellRun({ plan, api: api.create, events: earlier });
    const posted = api.posted.flatMap(({ devices }) => devices);
    expect(posted.filter((serial) => intended.includes(serial))).toEqual([]);
    expect(['completed', 'in-doubt', 'halted']).toContain(result.cause.why);
  }
});

describe('a machine that stood still after an intent was on record', () => {
  const plan = makePlan([makeWave('w', 2)]);
  const sleepAt = (types: readonly RolloutEvent['type'][], byMs: number) => {
    const due = [...types];
    return (event: JournaledEvent, { clock }: RunHandle) => {
      if (event.type !== due[0]) return;
      due.shift();
      clock.jump(byMs);
    };
  };

  test('says on record that nothing was sent, and begins anew', async () => {
    const api = scripted();
    const onEvent = sleepAt(['deployment-intended'], 600_000);
    const { result, events } = await tellRun({ plan, api: api.create, onEvent });
    expect(result.cause.why).toBe('completed');
    expect(api.posted).toHaveLength(1);
    expect(typesOf(events).filter((type) => type.startsWith('deployment-'))).toEqual([
      'deployment-intended',
      'deployment-not-made',
      'deployment-intended',
      'deployment-accepted',
    ]);
  });

  test('sends nothing where its hold has been ended meanwhile', async () => {
    const api = scripted();
    const onEvent = sleepAt(['deployment-intended'], 600_000);
    // The next thing that it would put on record is that nothing was sent.
    const { result } = await tellRun({ plan, api: api.create, onEvent, fullAfter: 'deployment-intended' });
    expect(api.posted).toEqual([]);
    expect(result.cause).toMatchObject({ isRecorded: false });
  });

  test('for a shorter while sends nothing after an order that was given meanwhile', async () => {
    const api = scripted();
    const jump = sleepAt(['deployment-intended'], 10_000);
    const { result, events } = await tellRun({
      plan,
      api: api.create,
      onEvent(event, handle) {
        if (event.type === 'deployment-intended') handle.leave(order('abort', 'stop'));
        jump(event, handle);
      },
    });
    expect(api.posted).toEqual([]);
    expect(typesOf(events)).toEqual(
      expect.arrayContaining(['deployment-not-made', 'rollout-aborted', 'rollout-halted']),
    );
    expect(typesOf(events)).not.toContain('deployment-accepted');
    expect(result.cause.why).toBe('halted');
  });

  test('for a shorter while sends nothing where it cannot be read whether an order was given', async () => {
    const api = scripted();
    let isIntended = false;
    const { result, events } = await tellRun({
      plan,
      api: api.create,
      onEvent(event, handle) {
        isIntended ||= event.type === 'deployment-intended';
        sleepAt(['deployment-intended'], 10_000)(event, handle);
      },
      orders: () =>
        Promise.resolve(
          isIntended
            ? { kind: 'problem', problem: 'unavailable', message: 'the disk does not answer' }
            : { kind: 'done', value: [] },
        ),
    });
    expect(api.posted).toEqual([]);
    expect(typesOf(events)).toContain('deployment-not-made');
    expect(result.cause.why).toBe('environment');
  });

  test('for a shorter while sends nothing once the window has closed', async () => {
    const api = scripted();
    const minute = (STARTED_AT / 60_000) % 1440;
    const window = {
      days: [1, 2, 3, 4, 5, 6, 7],
      from: minute - 60,
      to: minute + 1,
      timeZone: 'UTC',
    } as const;
    const { events } = await tellRun({
      plan: makePlan([makeWave('w', 2, { window })]),
      api: api.create,
      startAt: STARTED_AT + 55_000,
      maxWaitMs: 60_000,
      onEvent: sleepAt(['deployment-intended'], 10_000),
    });
    expect(api.posted).toEqual([]);
    expect(typesOf(events)).toContain('deployment-not-made');
  });

  test('for no longer than an append may take goes on', async () => {
    const api = scripted();
    const onEvent = sleepAt(['deployment-intended'], 20_000);
    const { result, events } = await tellRun({ plan, api: api.create, onEvent });
    expect(result.cause.why).toBe('completed');
    expect(typesOf(events)).not.toContain('deployment-not-made');
  });
});

describe('a run that is stopped in the midst of a post', () => {
  const plan = makePlan([makeWave('w', 2)]);

  test('before it was sent, does not send it, and says so on record', async () => {
    const apis: ScriptedApi[] = [];
    const { result, events } = await tellRun({
      plan,
      api(clock) {
        const api = createScriptedApi(clock, { device: healthyDevice });
        apis.push(api);
        return api;
      },
      onEvent(event, { stop }) {
        if (event.type === 'deployment-intended') stop();
      },
    });
    expect(apis[0]?.posted).toEqual([]);
    expect(typesOf(events)).toContain('deployment-not-made');
    expect(result.cause.why).toBe('interrupted');
  });

  test('and whose record then takes no more, tells both, with the id that would be lost', async () => {
    const handles: RunHandle[] = [];
    const { result } = await tellRun({
      plan,
      onStart: (handle) => handles.push(handle),
      api(clock) {
        const api = createScriptedApi(clock, { device: healthyDevice });
        return {
          ...api,
          postDeployment(request, signed) {
            handles[0]?.stop();
            return api.postDeployment(request, signed);
          },
        };
      },
      fullAfter: 'deployment-intended',
    });
    expect(result.cause).toMatchObject({ why: 'environment', isRecorded: false });
    expect(result.unrecorded).toEqual([expect.stringMatching(/w\/1 exists with id \S+$/)]);
  });
});
