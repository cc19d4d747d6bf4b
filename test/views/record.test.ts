import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import type { DeploymentId, Serial } from '../../src/plan/identifiers.ts';
import { digestPlan } from '../../src/plan/digest.ts';
import { devicesOf as eachDevice } from '../../src/views/report/devices.ts';
import { foldRecord } from '../../src/views/report/fold-record.ts';
import type { RolloutRecord } from '../../src/views/report/record.ts';
import { renderStatusJson } from '../../src/views/status/status-json.ts';
import { totalTally } from '../../src/views/summary/tallies.ts';
import { EMPTY_TALLY } from '../../src/rollout/device-status.ts';
import { fold } from '../../src/rollout/apply.ts';
import type { RolloutState } from '../../src/rollout/state.ts';
import { DIGEST, makePlan, makeWave, serial, waveName } from '../kit/plans.ts';
import type { ToldRollout } from '../kit/rollouts.ts';
import { devicesOf, STARTED_AT } from '../kit/rollouts.ts';
import { randomRollouts } from './random-rollouts.ts';
import { given, settlement, STORIES } from './told-orders.ts';
import { intended, NO_ANSWER, RUNNER, stopped, toBerlin, toHalt } from './told.ts';

function recordOf({ events }: ToldRollout): RolloutRecord {
  return present(foldRecord(events), 'a record');
}

function deviceIn(record: RolloutRecord, name: string) {
  return present(
    [...eachDevice(record)].find((device) => device.serial === name),
    name,
  );
}

function tellState(state: RolloutState): string {
  return renderStatusJson({ state, isHeld: false });
}

/** When the event with this number was told. */
function at(seq: number): number {
  return STARTED_AT + (seq - 1) * 1000;
}

function seqOf({ events }: ToldRollout, type: string, which = 0): number {
  return present(events.filter((event) => event.type === type).at(which), type).seq;
}

test('an empty journal has no record', () => {
  expect(foldRecord([])).toBeNull();
});

describe('of any rollout whatever', () => {
  test('the state in its record is the one that a run goes on from', () => {
    fc.assert(
      fc.property(randomRollouts, (told) => {
        const resumed = present(fold(told.events), 'a state');
        expect(tellState(recordOf(told).state)).toBe(tellState(resumed));
      }),
    );
  });

  test('each device of the plan is told once, and they add up to the tallies', () => {
    fc.assert(
      fc.property(randomRollouts, (told) => {
        const record = recordOf(told);
        const counted = { ...EMPTY_TALLY } as Record<keyof typeof EMPTY_TALLY, number>;
        const serials: Serial[] = [];
        for (const device of eachDevice(record)) {
          serials.push(device.serial);
          counted[device.deviceStatus]++;
        }
        expect(counted).toEqual(totalTally(record.state));
        expect(serials).toEqual(record.state.plan.waves.flatMap(({ devices }) => devices));
      }),
    );
  });

  test('a device that has ended has a time at which it did, within the record', () => {
    fc.assert(
      fc.property(randomRollouts, (told) => {
        const { startedAt, updatedAt } = told.state;
        for (const { deviceStatus, changedAt, attempts } of eachDevice(recordOf(told))) {
          for (const { deviceStatus: bucket, endedAt } of attempts) {
            const isOpen = bucket === 'waiting' || bucket === 'accepted' || bucket === 'processing';
            expect(endedAt === null).toBe(isOpen);
          }
          if (deviceStatus !== 'waiting') expect(changedAt).toBeGreaterThan(startedAt);
          expect(changedAt ?? startedAt).toBeLessThanOrEqual(updatedAt);
        }
      }),
    );
  });

  test('spans begin before they end, and only the last of a kind is open', () => {
    fc.assert(
      fc.property(randomRollouts, (told) => {
        const { runners, halts, pauses } = recordOf(told);
        for (const { startedAt, seenAt } of runners) expect(seenAt).toBeGreaterThanOrEqual(startedAt);
        for (const { wentOn } of halts.slice(0, -1)) expect(wentOn).not.toBeNull();
        for (const { ended } of pauses.slice(0, -1)) expect(ended).not.toBeNull();
      }),
    );
  });
});

describe('a deployment', () => {
  test('tells what became of its POST, step by step, with request ids', () => {
    const told = toBerlin().tell(
      intended(),
      { type: 'deployment-not-made', deployment: 'berlin/1', failure: NO_ANSWER },
      intended(),
      {
        type: 'deployment-accepted',
        deployment: 'berlin/1',
        deploymentId: '5f0c' as DeploymentId,
        requestId: 'r-17',
        rejected: [],
        unreadable: null,
      },
    );
    const from = seqOf(told, 'deployment-not-made') - 1;
    expect(recordOf(told).deployments.get('berlin/1')?.calls).toEqual([
      { kind: 'intended', at: at(from) },
      { kind: 'not-made', at: at(from + 1), failure: NO_ANSWER },
      { kind: 'intended', at: at(from + 2) },
      { kind: 'accepted', at: at(from + 3), deploymentId: '5f0c', requestId: 'r-17' },
    ]);
  });

  test('that was settled tells who did', () => {
    const told = STORIES['settled-as-adopted']();
    const record = recordOf(told);
    const settled = record.deployments.get('berlin/1')?.calls.at(-1);
    expect(settled).toMatchObject({
      kind: 'settled',
      at: at(seqOf(told, 'deployment-settled')),
      order: { by: 'ana', reason: 'looked in the portal' },
      settlement: { kind: 'adopted', deploymentId: '5f0c' },
    });
    expect(deviceIn(record, 'berlin-1')).toMatchObject({ deviceStatus: 'accepted' });
  });

  test('has ended when the last of its devices has, and not before', () => {
    const flying = toBerlin()
      .deploy('berlin')
      .report('berlin/1', { success: devicesOf('berlin', 1, 19) });
    expect(recordOf(flying).deployments.get('berlin/1')?.endedAt).toBeNull();
    const ended = flying.report('berlin/1', { success: ['berlin-20'] });
    expect(recordOf(ended).deployments.get('berlin/1')?.endedAt).toBe(ended.state.updatedAt);
  });
});

describe('a device', () => {
  test('tells when it was first seen, and when it ended', () => {
    const told = toBerlin()
      .deploy('berlin', 1, ['berlin-3'])
      .report('berlin/1', { processing: ['berlin-1', 'berlin-2'] })
      .report('berlin/1', { success: ['berlin-1'] });
    const last = told.state.seq;
    const record = recordOf(told);
    expect(deviceIn(record, 'berlin-1')).toMatchObject({
      deviceStatus: 'success',
      changedAt: at(last),
      attempts: [{ processingAt: at(last - 1), endedAt: at(last), late: null }],
    });
    expect(deviceIn(record, 'berlin-2')).toMatchObject({
      deviceStatus: 'processing',
      changedAt: at(last - 1),
      attempts: [{ processingAt: at(last - 1), endedAt: null }],
    });
    expect(deviceIn(record, 'berlin-3')).toMatchObject({
      deviceStatus: 'rejected',
      attempts: [{ reason: 'not deployable', endedAt: at(last - 2) }],
    });
    expect(deviceIn(record, 'berlin-21')).toMatchObject({
      deviceStatus: 'waiting',
      changedAt: null,
      attempts: [],
    });
  });

  test('that was retried has both attempts, and stands where the later one left it', () => {
    const record = recordOf(STORIES['timed-out-and-retried']());
    const device = deviceIn(record, 'berlin-1');
    expect(device.deviceStatus).toBe('success');
    expect(
      device.attempts.map(({ deployment, deviceStatus, isSuperseded, late }) => ({
        key: deployment.state.key,
        deviceStatus,
        isSuperseded,
        late: late?.outcome ?? null,
      })),
    ).toEqual([
      { key: 'berlin/1', deviceStatus: 'timed-out', isSuperseded: true, late: 'success' },
      { key: 'berlin/3', deviceStatus: 'success', isSuperseded: false, late: null },
    ]);
  });

  test('whose failure was acknowledged says so', () => {
    const record = recordOf(STORIES.resumed());
    expect(deviceIn(record, 'berlin-3')).toMatchObject({ deviceStatus: 'failed', isAcknowledged: true });
    expect(deviceIn(record, 'berlin-5')).toMatchObject({ deviceStatus: 'success', isAcknowledged: false });
  });

  test('of a deployment in doubt is waiting, and names the deployment', () => {
    const record = recordOf(STORIES['halted-in-doubt']());
    const { deviceStatus, attempts } = deviceIn(record, 'berlin-21');
    expect(deviceStatus).toBe('waiting');
    expect(attempts.map(({ deployment }) => deployment.state.call.kind)).toEqual(['doubted']);
  });
});

describe('the rollout', () => {
  test('tells its runners, the one that was killed among them', () => {
    const told = toBerlin().deploy('berlin').tell(RUNNER, stopped('interrupted', 'stopped by a signal'));
    const again = seqOf(told, 'runner-started', 1);
    expect(recordOf(told).runners).toMatchObject([
      { startedAt: at(seqOf(told, 'runner-started')), seenAt: at(again - 1), stopped: null },
      { startedAt: at(again), stopped: { at: at(again + 1), why: 'interrupted' } },
    ]);
  });

  test('tells its halts, when each was watched to its end, and by whom it went on', () => {
    const told = STORIES['halted-again']();
    const [first, second] = recordOf(told).halts;
    expect(first).toMatchObject({
      at: at(seqOf(told, 'rollout-halted')),
      wave: 'berlin',
      cause: { reason: 'failures-exceeded' },
      message: 'wave berlin halted: 4 of 40 devices failed, 2 tolerated (maxFailures 5%)',
      closed: { at: at(seqOf(told, 'grace-ended')), unfinished: 0 },
      wentOn: { kind: 'resume', order: { by: 'ana', reason: 'known, and harmless' } },
    });
    expect(second).toMatchObject({ cause: { acknowledged: 4 }, wentOn: null });
  });

  test('tells its pauses and changes of plan', () => {
    const paused = recordOf(STORIES['resumed-after-pause']());
    expect(paused.pauses).toMatchObject([{ order: { by: 'ana' }, ended: { kind: 'resume' } }]);
    const changed = STORIES['plan-changed']();
    const { state, planChanges } = recordOf(changed);
    const when = at(seqOf(changed, 'plan-changed'));
    expect(planChanges).toEqual([
      { at: when, digest: digestPlan(state.plan), changes: [expect.stringContaining('taipei')] },
    ]);
  });

  test('tells its hooks and gates, each with its time and its output', () => {
    const told = STORIES['gate-failed']();
    const record = recordOf(told);
    expect(record.hooks).toMatchObject([
      { hook: { point: 'beforeRollout' }, from: at(3), to: at(4), result: { output: 'opened OPS-7' } },
      { hook: { point: 'onHalt' }, result: { outcome: 'not-started' } },
    ]);
    const ends = [0, 1].map((which) => at(seqOf(told, 'gate-ended', which)));
    expect(record.waves[0]?.gates).toMatchObject(
      ends.map((to, index) => ({ gate: 1, attempt: index + 1, from: to - 2000, to })),
    );
  });

  test('has ended when it is complete, or no longer watched', () => {
    const halted = toHalt();
    expect(recordOf(halted).endedAt).toBeNull();
    const closed = halted.tell({ type: 'grace-ended', unfinished: 8 });
    expect(recordOf(closed).endedAt).toBe(closed.state.updatedAt);
  });

  test('has a timeline without the deployments that go as they should', () => {
    const told = STORIES['timed-out-and-retried']();
    expect(recordOf(told).timeline.map(({ type, wave }) => `${type} ${wave ?? '-'}`)).toEqual([
      'rollout-started -',
      'wave-started canary',
      'runner-started -',
      'wave-passed canary',
      'wave-started berlin',
      'devices-timed-out berlin',
      'rollout-halted berlin',
      'grace-ended -',
      'wave-retried berlin',
    ]);
  });
});

describe('a wave', () => {
  const HOUR = 3_600_000;
  /** It starts on Monday at 8 in UTC. */
  const window = { days: [1, 2, 3, 4, 5, 6, 7], from: 10 * 60, to: 11 * 60, timeZone: 'UTC' };

  test('tells when it was its turn, when it was posted, and when its devices had ended', () => {
    const told = toBerlin().deploy('berlin', 1).deploy('berlin', 2);
    const [canary, berlin, taipei] = recordOf(told).waves;
    const passed = at(seqOf(told, 'wave-passed'));
    expect(canary?.devicesEndedAt).toBe(at(seqOf(told, 'devices-reported')));
    expect(berlin).toMatchObject({
      readyAt: passed,
      posts: {
        first: at(seqOf(told, 'deployment-intended', 1)),
        last: at(seqOf(told, 'deployment-intended', 2)),
      },
      devicesEndedAt: null,
      judgement: { base: 40, tolerated: 2, failures: 0 },
      waits: [],
    });
    expect(taipei).toMatchObject({ readyAt: null, posts: null });
  });

  test('tells its soak, and that a failure has cut it short', () => {
    const told = STORIES['failed-in-its-soak']();
    const from = at(seqOf(told, 'wave-soaking'));
    const to = at(seqOf(told, 'rollout-halted'));
    expect(recordOf(told).waves[0]?.soaks).toEqual([{ from, until: from + HOUR, to }]);
  });

  test('waits for its window, and then for its approval', () => {
    const plan = makePlan([makeWave('berlin', 2, { window, approval: 'required' })]);
    const start = { type: 'rollout-started', plan, digest: DIGEST, simulated: false } as const;
    const approve = { ...given(toBerlin(), 'pause', null), kind: 'approve' as const };
    const events = [
      { seq: 1, at: STARTED_AT, ...start },
      {
        seq: 2,
        at: STARTED_AT + 2.5 * HOUR,
        type: 'wave-approved' as const,
        wave: waveName('berlin'),
        digest: DIGEST,
        order: approve,
      },
      { seq: 3, at: STARTED_AT + 2.6 * HOUR, type: 'wave-started' as const, wave: waveName('berlin') },
    ];
    const opens = STARTED_AT + 2 * HOUR;
    const waits = (count: number) => foldRecord(events.slice(0, count))?.waves[0]?.waits;
    expect(waits(1)).toEqual([
      { why: 'window', from: STARTED_AT, to: null },
      { why: 'approval', from: opens, to: null },
    ]);
    expect(waits(3)).toEqual([
      { why: 'window', from: STARTED_AT, to: opens },
      { why: 'approval', from: opens, to: STARTED_AT + 2.5 * HOUR },
    ]);
  });

  test('waits for its window again where it closes before all batches are posted', () => {
    const plan = makePlan([makeWave('berlin', 2, { window, batch: { size: 1, parallel: 1 } })]);
    const post = (seq: number, hours: number, batch: number) =>
      ({
        seq,
        at: STARTED_AT + hours * HOUR,
        type: 'deployment-intended',
        deployment: `berlin/${batch}`,
        wave: waveName('berlin'),
        batch,
        attempt: 1,
        devices: [serial(`berlin-${batch}`)],
      }) as const;
    const record = foldRecord([
      {
        seq: 1,
        at: STARTED_AT,
        type: 'rollout-started',
        plan,
        digest: DIGEST,
        simulated: false,
      },
      { seq: 2, at: STARTED_AT + 2 * HOUR, type: 'wave-started', wave: waveName('berlin') },
      post(3, 2, 1),
      post(4, 26.5, 2),
    ]);
    expect(record?.waves[0]?.waits).toEqual([
      { why: 'window', from: STARTED_AT, to: STARTED_AT + 2 * HOUR },
      { why: 'window', from: STARTED_AT + 3 * HOUR, to: STARTED_AT + 26 * HOUR },
    ]);
  });
});

test('what was settled as not created and posted anew starts over with its devices', () => {
  const told = STORIES['settled-as-not-created']();
  told.obey(settlement(told, 'berlin/1', { kind: 'not-created' })).deploy('berlin');
  const record = recordOf(told);
  expect(record.deployments.get('berlin/1')?.calls.map(({ kind }) => kind)).toEqual([
    'intended',
    'doubted',
    'settled',
    'intended',
    'accepted',
  ]);
  expect(deviceIn(record, 'berlin-1')).toMatchObject({
    deviceStatus: 'accepted',
    attempts: [{ endedAt: null }],
  });
});
