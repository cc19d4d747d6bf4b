/** What is asked again of devices that had ended: after a soak, and where an answer contradicts a success. */
import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import type { DeploymentId } from '../../src/plan/identifiers.ts';
import type { RolloutPlan } from '../../src/plan/rollout-plan.ts';
import { decideOrder } from '../../src/rollout/handle-order.ts';
import type { JournaledEvent, RolloutEvent } from '../../src/rollout/event.ts';
import { describeCause } from '../../src/views/wording/causes.ts';
import type { ApiFailure } from '../../src/backend/api.ts';
import { order } from '../kit/orders.ts';
import { STARTED_AT } from '../kit/rollouts.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { tellRun, typesOf } from '../kit/runs.ts';
import type { Told } from '../kit/runs.ts';
import { createScriptedApi } from '../kit/scripted-api.ts';
import type { Deployments, DeviceScript } from '../kit/scripted-api.ts';

const POSTED_ELSEWHERE = { devices: [], artifactUuid: '', arguments: {} };

const AWAY: ApiFailure = { kind: 'unreachable', message: 'away', status: null, code: null, requestId: null };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const SOAKING = makePlan([makeWave('one', 10, { soakMs: HOUR_MS }), makeWave('two', 2)]);

/** A minute of work, then success; from half an hour on what `later` says of a device, which succeeds where it is not named. */
function turning(later: Readonly<Record<string, string | null>>): DeviceScript {
  return (ageMs, serial) => {
    if (ageMs < MINUTE_MS) return 'processing';
    const word = later[serial];
    return ageMs < 30 * MINUTE_MS || word === undefined ? 'success' : word;
  };
}

/** Runs one after the other over one API: `deployed` is what it knows, which a test may change. */
function account(device: DeviceScript) {
  const deployed: Deployments = new Map();
  let polls: string[] = [];
  return {
    deployed,
    polls: () => polls,
    async run(
      plan: RolloutPlan,
      events: readonly JournaledEvent[] = [],
      orders: readonly ReturnType<typeof order>[] = [],
    ): Promise<Told> {
      polls = [];
      const last = events.at(-1);
      return tellRun({
        plan,
        events,
        ...(last === undefined ? {} : { startAt: last.at }),
        onStart: (run) => {
          for (const one of orders) run.leave(one);
        },
        api: (clock) => {
          const api = createScriptedApi(clock, { device, deployed });
          return {
            ...api,
            readDeployment: (id) => {
              polls.push(id);
              return api.readDeployment(id);
            },
          };
        },
      });
    },
  };
}

function halted({ events }: Told) {
  return present(
    events.findLast((event) => event.type === 'rollout-halted'),
    'a halt',
  );
}

function ofType<Type extends RolloutEvent['type']>({ events }: Told, type: Type) {
  return events.filter(
    (event): event is Extract<JournaledEvent, { readonly type: Type }> => event.type === type,
  );
}

describe('the check after a soak', () => {
  test('of a device that is listed with another word, or not at all, is inconclusive: nothing more is posted', async () => {
    const told = await account(turning({ 'one-2': 'rolled_back', 'one-3': 'processing', 'one-4': null })).run(
      SOAKING,
    );
    expect(told.result.cause.why).toBe('halted');
    expect(halted(told).cause).toEqual({
      reason: 'check-inconclusive',
      devices: 3,
      deployments: ['one/1'],
      findings: [
        { lastWord: { kind: 'listed', word: 'rolled_back' }, devices: 1 },
        { lastWord: { kind: 'listed', word: 'processing' }, devices: 1 },
        { lastWord: { kind: 'not-listed' }, devices: 1 },
      ],
    });
    expect(told.result.state.waves[0]?.tally).toMatchObject({ success: 7, inconclusive: 3, failed: 0 });
    expect(ofType(told, 'deployment-intended')).toHaveLength(1);
    expect(describeCause(halted(told), SOAKING)).toBe(
      'wave one halted: the check did not confirm 3 successful devices: 1 listed as "rolled_back", 1 listed as "processing", 1 no longer listed (deployment one/1)',
    );
  });

  test('of a deployment that is answered 404 confirms none of its successes', async () => {
    const api = account(turning({}));
    const told = await tellRun({
      plan: SOAKING,
      api: (clock) => createScriptedApi(clock, { deployed: api.deployed }),
      onEvent: ({ type }) => {
        if (type === 'wave-soaking') api.deployed.clear();
      },
    });
    expect(halted(told).cause).toMatchObject({
      reason: 'check-inconclusive',
      devices: 10,
      findings: [{ lastWord: { kind: 'deployment-not-found' }, devices: 10 }],
    });
    expect(told.result.state.waves[0]?.tally).toMatchObject({ success: 0, inconclusive: 10 });
  });

  test('of a device that has failed since counts as a failure', async () => {
    const told = await account(turning({ 'one-2': 'failed', 'one-3': 'rolled_back' })).run(SOAKING);
    expect(halted(told).cause).toMatchObject({ reason: 'failures-exceeded', failures: 1 });
  });

  test('names what is inconclusive of every deployment of the wave', async () => {
    const plan = makePlan([makeWave('one', 4, { soakMs: HOUR_MS, batch: { size: 2, parallel: 2 } })]);
    const told = await account(turning({ 'one-1': 'paused', 'one-4': 'paused' })).run(plan);
    expect(halted(told).cause).toMatchObject({
      devices: 2,
      deployments: ['one/1', 'one/2'],
      findings: [{ lastWord: { kind: 'listed', word: 'paused' }, devices: 2 }],
    });
  });

  test('passes where every success is confirmed', async () => {
    const told = await account(turning({})).run(SOAKING);
    expect(told.result.cause.why).toBe('completed');
    expect(typesOf(told.events)).not.toContain('devices-noted');
  });

  test('that was inconclusive is acknowledged by a resume, and does not halt again', async () => {
    const api = account(turning({ 'one-2': 'rolled_back', 'one-4': null }));
    const first = await api.run(SOAKING);
    const second = await api.run(SOAKING, first.events, [order('resume')]);
    expect(second.result.cause.why).toBe('completed');
    expect(second.result.state.waves[0]).toMatchObject({
      phase: 'passed',
      tally: { success: 8, inconclusive: 2 },
      acknowledged: { inconclusive: 2 },
    });
    expect(ofType(second, 'wave-soaking')).toHaveLength(1);
  });

  test('is acknowledged for a deployment that was not found, too', async () => {
    const api = account(turning({}));
    const first = await tellRun({
      plan: SOAKING,
      api: (clock) => createScriptedApi(clock, { deployed: api.deployed }),
      onEvent: ({ type }) => {
        if (type !== 'wave-soaking') return;
        api.deployed.delete('id-1' as DeploymentId);
        // Ids go on being counted.
        api.deployed.set('of somebody else' as DeploymentId, { at: 0, request: POSTED_ELSEWHERE });
      },
    });
    const second = await api.run(SOAKING, first.events, [order('resume')]);
    expect(second.result.cause.why).toBe('completed');
    expect(second.result.state.waves.map(({ tally }) => tally.inconclusive)).toEqual([10, 0]);
    // Nobody asks about it any more.
    expect(api.polls().filter((id) => id === 'id-1')).toEqual([]);
  });

  test('can be retried where devices have failed: what is confirmed then is a success again', async () => {
    const plan = makePlan([makeWave('one', 4, { soakMs: HOUR_MS, maxFailures: { count: 1 } })]);
    let later: Readonly<Record<string, string>> = { 'one-1': 'failed', 'one-2': 'rolled_back' };
    const api = account((ageMs, serial) => turning(later)(ageMs, serial));
    const first = await api.run(plan);
    expect(halted(first).cause.reason).toBe('check-inconclusive');
    later = {};
    const second = await api.run(plan, first.events, [order('retry')]);
    expect(ofType(second, 'wave-retried')).toMatchObject([{ devices: ['one-1'] }]);
    expect(second.result.cause.why).toBe('completed');
    expect(second.result.state.waves[0]?.tally).toMatchObject({ success: 4, inconclusive: 0 });
  });

  test('has nothing to retry where no device has failed: what is not known is not posted again', async () => {
    const told = await account(turning({ 'one-2': 'rolled_back' })).run(SOAKING);
    expect(decideOrder(told.result.state, order('retry')).kind).toBe('already');
    expect(decideOrder(told.result.state, order('resume')).kind).toBe('obey');
  });

  test('that is not answered passes nothing: the run ends with it, and the next one asks again', async () => {
    const deployed: Deployments = new Map();
    let isAway = false;
    const once = (events: readonly JournaledEvent[] = []) =>
      tellRun({
        plan: SOAKING,
        events,
        startAt: (events.at(-1)?.at ?? STARTED_AT) + MINUTE_MS,
        onEvent: ({ type }) => {
          if (type === 'wave-soaking') isAway = true;
        },
        api: (clock) => {
          const api = createScriptedApi(clock, { device: turning({}), deployed });
          return {
            ...api,
            readDeployment: (id) =>
              isAway ? Promise.resolve({ kind: 'failed', failure: AWAY } as const) : api.readDeployment(id),
          };
        },
      });
    const first = await once();
    expect(first.result.cause.why).toBe('environment');
    expect(typesOf(first.events)).not.toContain('soak-ended');
    expect(typesOf(first.events)).not.toContain('wave-passed');
    isAway = false;
    const second = await once(first.events);
    expect(second.result.cause.why).toBe('completed');
    expect(typesOf(second.events)).toContain('soak-ended');
  });

  test('that is interrupted is made again by the next run', async () => {
    const api = account(turning({ 'one-2': 'rolled_back' }));
    const first = await api.run(SOAKING);
    const at = first.events.findIndex(({ type }) => type === 'successes-unconfirmed');
    for (const length of [at, at + 1]) {
      const second = await api.run(SOAKING, first.events.slice(0, length));
      expect(halted(second).cause).toEqual(halted(first).cause);
    }
  });
});

describe('a success that is contradicted while others are still at work', () => {
  const plan = makePlan([makeWave('one', 2), makeWave('two', 1)]);
  /** `one-1` succeeds after a minute and says something else after five; `one-2` takes twenty minutes. */
  const contradicting =
    (word: string | null, untilMs: number): DeviceScript =>
    (ageMs, serial) => {
      if (serial !== 'one-1') return ageMs < 20 * MINUTE_MS ? 'processing' : 'success';
      if (ageMs < MINUTE_MS) return 'processing';
      return ageMs < 5 * MINUTE_MS || ageMs >= untilMs ? 'success' : word;
    };

  test.each(['rolled_back', 'processing', null])(
    'as %j is asked about once more before the wave passes, and a person decides',
    async (word) => {
      const told = await account(contradicting(word, Infinity)).run(plan);
      expect(halted(told).cause).toMatchObject({ reason: 'check-inconclusive', devices: 1 });
      expect(told.result.state.waves[0]?.tally).toMatchObject({ success: 1, inconclusive: 1 });
      expect(ofType(told, 'deployment-intended')).toHaveLength(1);
    },
  );

  test('and listed as success again by the end costs nothing', async () => {
    const told = await account(contradicting('processing', 10 * MINUTE_MS)).run(plan);
    expect(told.result.cause.why).toBe('completed');
    expect(told.result.state.waves[0]?.tally.success).toBe(2);
  });
});

describe('the last word on a device', () => {
  const plan = makePlan([makeWave('one', 3, { maxFailures: { count: 2 } })]);

  test('that is not documented is on record when its time is out', async () => {
    const told = await account((ageMs, serial) => {
      if (ageMs < MINUTE_MS) return 'processing';
      return serial === 'one-1' ? 'canceled' : 'success';
    }).run(plan);
    expect(told.result.state.waves[0]?.tally).toMatchObject({ success: 2, 'timed-out': 1 });
    expect(ofType(told, 'devices-noted')).toMatchObject([
      { words: [{ word: 'canceled', devices: ['one-1'] }], notListed: [], cleared: [] },
    ]);
  });

  test('is that it is no longer listed', async () => {
    const told = await account((ageMs, serial) => {
      if (ageMs < MINUTE_MS) return 'processing';
      return serial === 'one-1' ? null : 'success';
    }).run(plan);
    expect(ofType(told, 'devices-noted')).toMatchObject([{ words: [], notListed: ['one-1'] }]);
  });

  test('is that its deployment is not found, told once and taken back when it is found', async () => {
    const deployed: Deployments = new Map();
    const told = await tellRun({
      plan,
      api: (clock) => {
        const api = createScriptedApi(clock, { deployed });
        let polls = 0;
        return {
          ...api,
          readDeployment: (id) => {
            polls++;
            const isAway = polls >= 2 && polls <= 4;
            return api.readDeployment(isAway ? ('nowhere' as DeploymentId) : id);
          },
        };
      },
    });
    expect(told.result.cause.why).toBe('completed');
    const types = typesOf(told.events);
    expect(types.filter((type) => type === 'deployment-not-found')).toHaveLength(1);
    expect(types.indexOf('deployment-found')).toBeGreaterThan(types.indexOf('deployment-not-found'));
  });

  test('does not make the record grow with every poll where it changes every time', async () => {
    const told = await account((ageMs) => (ageMs < 50 * MINUTE_MS ? `at ${ageMs}` : 'success')).run(
      makePlan([makeWave('one', 20)]),
    );
    const noted = ofType(told, 'devices-noted').flatMap(({ words }) =>
      words.flatMap(({ devices }) => devices),
    );
    expect(noted.length).toBeGreaterThanOrEqual(20);
    expect(noted.length).toBeLessThanOrEqual(4 * 20);
  });
});

describe('the waves before one that is about to pass', () => {
  const plan = (change: Parameters<typeof makePlan>[1] = {}, tolerated = 0) =>
    makePlan(
      [
        makeWave('one', 4, { maxFailures: { count: tolerated } }),
        makeWave('two', 2, { timeoutMs: 3 * HOUR_MS }),
        makeWave('three', 2),
      ],
      change,
    );
  /** The second wave takes an hour: long enough for what the first one turns to. */
  const slow =
    (later: Readonly<Record<string, string | null>>): DeviceScript =>
    (ageMs, serial) =>
      serial.startsWith('two') && ageMs < HOUR_MS ? 'processing' : turning(later)(ageMs, serial);

  test('are asked about again, each deployment once, and nothing is told where all is well', async () => {
    const api = account(slow({}));
    const told = await api.run(plan());
    expect(told.result.cause.why).toBe('completed');
    expect(ofType(told, 'earlier-waves-checked').map(({ wave }) => wave)).toEqual(['two', 'three']);
    // The last call is about the third wave's end, and then one about each deployment before it.
    expect(api.polls().slice(-2)).toEqual(['id-1', 'id-2']);
  });

  test('are asked about one call at a time, so that a 429 finds no other under way', async () => {
    let underWay = 0;
    const most: number[] = [];
    const told = await tellRun({
      plan: makePlan([makeWave('one', 8, { batch: { size: 1, parallel: 1 } }), makeWave('two', 2)]),
      api: (clock) => {
        const api = createScriptedApi(clock);
        return {
          ...api,
          async readDeployment(id) {
            most.push(++underWay);
            await clock.sleepUntil(clock.now() + 1_000);
            underWay--;
            return api.readDeployment(id);
          },
        };
      },
    });
    expect(told.result.cause.why).toBe('completed');
    expect(most.length).toBeGreaterThan(16);
    expect(Math.max(...most)).toBe(1);
  });

  test('halt a rollout where a device has failed since, by the limit of its wave', async () => {
    const told = await account(slow({ 'one-1': 'failed' })).run(plan());
    expect(halted(told)).toMatchObject({
      wave: 'two',
      cause: { reason: 'reverted', of: 'one', reverted: 1, failures: 1, base: 4, tolerated: 0 },
    });
    expect(told.result.state.waves.map(({ phase }) => phase)).toEqual(['passed', 'halted', 'waiting']);
    expect(describeCause(halted(told), plan())).toBe(
      'wave two halted: 1 device failed after success; wave one (passed): 1 of 4 devices failed, none tolerated (maxFailures 0)',
    );
    expect(ofType(told, 'deployment-intended')).toHaveLength(2);
  });

  test('halt it by the limit of the plan, too', async () => {
    const strict = plan({ maxFailures: { count: 1 } }, 3);
    const told = await account(slow({ 'one-1': 'failed', 'one-2': 'failed' })).run(strict);
    expect(halted(told).cause).toMatchObject({ reason: 'reverted', of: null, reverted: 2, failures: 2 });
  });

  test('may have as many failures as is tolerated', async () => {
    const told = await account(slow({ 'one-1': 'failed' })).run(plan({}, 1));
    expect(told.result.cause.why).toBe('completed');
    expect(ofType(told, 'devices-reverted')).toMatchObject([{ deployment: 'one/1', devices: ['one-1'] }]);
    expect(told.result.state.waves[0]?.tally).toMatchObject({ success: 3, failed: 1 });
  });

  test('are deployed to again by a retry: only those that have failed since, in their own wave', async () => {
    let later: Readonly<Record<string, string>> = { 'one-1': 'failed' };
    const api = account((ageMs, serial) => slow(later)(ageMs, serial));
    const first = await api.run(plan());
    later = {};
    const second = await api.run(plan(), first.events, [order('retry')]);
    expect(ofType(second, 'wave-retried')).toMatchObject([
      { wave: 'two', devices: [], earlier: [{ wave: 'one', devices: ['one-1'] }] },
    ]);
    expect(second.result.cause.why).toBe('completed');
    expect(
      ofType(second, 'deployment-intended').map(({ deployment, devices }) => [deployment, devices]),
    ).toEqual([
      ['one/1', ['one-1', 'one-2', 'one-3', 'one-4']],
      ['two/1', ['two-1', 'two-2']],
      ['one/2', ['one-1']],
      ['three/1', ['three-1', 'three-2']],
    ]);
  });

  test('are acknowledged by a resume: only what fails later counts', async () => {
    const api = account(slow({ 'one-1': 'failed' }));
    const first = await api.run(plan());
    const second = await api.run(plan(), first.events, [order('resume')]);
    expect(second.result.cause.why).toBe('completed');
    expect(ofType(second, 'devices-reverted')).toHaveLength(1);
  });

  test('halt it where an answer does not confirm a success', async () => {
    const told = await account(slow({ 'one-1': 'rolled_back', 'one-2': null })).run(plan());
    expect(halted(told)).toMatchObject({ wave: 'two', cause: { reason: 'check-inconclusive', devices: 2 } });
  });

  test('are told once where the API has forgotten their deployment, asked about no more, and halt nothing', async () => {
    const polls: string[] = [];
    const deployed: Deployments = new Map();
    const told = await tellRun({
      plan: plan(),
      api: (clock) => {
        const api = createScriptedApi(clock, { device: slow({}), deployed });
        return {
          ...api,
          readDeployment: (id) => {
            polls.push(id);
            const isForgotten = id === 'id-1' && deployed.size > 1;
            return api.readDeployment(isForgotten ? ('nowhere' as DeploymentId) : id);
          },
        };
      },
    });
    expect(told.result.cause.why).toBe('completed');
    expect(ofType(told, 'deployment-not-found')).toMatchObject([{ deployment: 'one/1' }]);
    expect(polls.slice(polls.indexOf('id-2')).filter((id) => id === 'id-1')).toHaveLength(1);
    expect(told.result.state.waves[0]?.tally.success).toBe(4);
  });

  test('are not asked about where none of their devices succeeded', async () => {
    const api = account((ageMs, serial) =>
      serial.startsWith('one') && ageMs > MINUTE_MS ? 'failed' : slow({})(ageMs, serial),
    );
    const first = await api.run(plan());
    const second = await api.run(plan(), first.events, [order('resume')]);
    expect(second.result.cause.why).toBe('completed');
    expect(api.polls()).not.toContain('id-1');
  });

  test('are asked about again by the next run where a run was interrupted', async () => {
    const api = account(slow({ 'one-1': 'failed' }));
    const first = await api.run(plan());
    const before = first.events.findIndex(({ type }) => type === 'devices-reverted');
    for (const length of [before, before + 1]) {
      const second = await api.run(plan(), first.events.slice(0, length));
      expect(halted(second).cause).toEqual(halted(first).cause);
    }
  });
});
