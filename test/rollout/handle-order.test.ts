import { describe, expect, test } from 'vitest';
import type { DeploymentId } from '../../src/plan/identifiers.ts';
import { decide } from '../../src/rollout/decide.ts';
import type { RolloutEvent } from '../../src/rollout/event.ts';
import { decideOrder, eventFor } from '../../src/rollout/handle-order.ts';
import { PLAIN_ORDER_KINDS } from '../../src/rollout/order.ts';
import type { Order } from '../../src/rollout/order.ts';
import { order, orderRecord, settleOrder } from '../kit/orders.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { ToldRollout } from '../kit/rollouts.ts';
import { decideVerdict } from '../../src/rollout/verdict.ts';

const FAILURE = { kind: 'timed-out', message: 'no answer', status: null, code: null, requestId: null };

/** Two waves of three devices; the first one tolerates one failure. */
function plan(change: Parameters<typeof makePlan>[1] = {}) {
  return makePlan([makeWave('one', 3, { maxFailures: { count: 1 } }), makeWave('two', 3)], change);
}

function obey(told: ToldRollout, ...orders: readonly Order[]): ToldRollout {
  for (const given of orders) {
    const event = eventFor(told.state, given);
    if (event !== null) told.tell(event);
  }
  return told;
}

const intended: RolloutEvent = {
  type: 'deployment-intended',
  deployment: 'one/1',
  wave: makeWave('one', 3).name,
  batch: 1,
  attempt: 1,
  devices: makeWave('one', 3).devices,
};

function running(): ToldRollout {
  return new ToldRollout(plan()).deploy('one');
}

function halted(): ToldRollout {
  return running().report('one/1', { failed: ['one-1', 'one-2'] });
}

function closed(): ToldRollout {
  return halted()
    .report('one/1', { success: ['one-3'] })
    .tell({ type: 'grace-ended', unfinished: 0 });
}

function completed(): ToldRollout {
  return new ToldRollout(makePlan([makeWave('w', 1)])).deploy('w').report('w/1', { success: ['w-1'] });
}

function doubted(): ToldRollout {
  return new ToldRollout(plan()).tell(intended, {
    type: 'deployment-doubted',
    deployment: 'one/1',
    failure: FAILURE,
  });
}

const adopt = settleOrder('one/1', { kind: 'adopted', deploymentId: 'd-1' as DeploymentId });
const notCreated = settleOrder('one/1', { kind: 'not-created' });

describe('where a rollout stands and what it is told', () => {
  const states: readonly [string, () => ToldRollout][] = [
    ['running', running],
    ['paused', () => obey(running(), order('pause', 'p'))],
    ['halted', halted],
    ['closed', closed],
    ['aborted', () => obey(running(), order('abort', 'a'))],
    ['completed', completed],
  ];
  const answers: Readonly<Record<string, Readonly<Record<string, 'obey' | 'already' | 'refuse'>>>> = {
    running: { pause: 'obey', abort: 'obey', resume: 'refuse', retry: 'refuse' },
    paused: { pause: 'already', abort: 'obey', resume: 'obey', retry: 'refuse' },
    halted: { pause: 'refuse', abort: 'obey', resume: 'obey', retry: 'obey' },
    closed: { pause: 'refuse', abort: 'obey', resume: 'obey', retry: 'obey' },
    aborted: { pause: 'refuse', abort: 'already', resume: 'refuse', retry: 'refuse' },
    completed: { pause: 'refuse', abort: 'refuse', resume: 'refuse', retry: 'refuse' },
  };
  test.each(states.flatMap(([name, make]) => PLAIN_ORDER_KINDS.map((kind) => [name, kind, make] as const)))(
    '%s: %s',
    (name, kind, make) => {
      const { state } = make();
      expect(decideOrder(state, order(kind)).kind).toBe(answers[name]?.[kind]);
    },
  );

  test('an order that cannot be obeyed any more goes on record as refused, once', () => {
    const told = obey(completed(), order('pause'), order('pause'));
    expect(told.types().filter((type) => type === 'order-refused')).toHaveLength(1);
    expect(told.state.orders.get('pause')?.refusal).toContain('it is completed');
  });

  test('an order is obeyed once, however often it is found', () => {
    const told = obey(running(), order('pause'), order('pause'), order('pause'));
    expect(told.types().filter((type) => type === 'rollout-paused')).toHaveLength(1);
  });
});

describe('a pause', () => {
  test('keeps anything further from being posted, and lets what is in flight end', () => {
    const told = obey(running(), order('pause'));
    expect(decide(told.state, told.state.updatedAt)).toMatchObject({ kind: 'deploy', post: [] });
    told.report('one/1', { success: ['one-1', 'one-2', 'one-3'] });
    expect(told.state.waves.map(({ phase }) => phase)).toEqual(['passed', 'waiting']);
    expect(decide(told.state, told.state.updatedAt)).toEqual({ kind: 'paused' });
  });

  test('acknowledges nothing when it is lifted', () => {
    const told = obey(running().report('one/1', { failed: ['one-1'] }), order('pause'), order('resume'));
    expect(told.state.waves[0]?.acknowledged.failed).toBe(0);
    expect(told.state.pause).toBeNull();
    told.report('one/1', { failed: ['one-2'] });
    expect(told.state.phase.kind).toBe('halted');
  });

  test('does not keep a rollout from halting', () => {
    const told = obey(running(), order('pause')).report('one/1', { failed: ['one-1', 'one-2'] });
    expect(told.state.phase.kind).toBe('halted');
  });
});

describe('a resume after a halt', () => {
  test('acknowledges the failures so far, and only new ones count', () => {
    const told = obey(closed(), order('resume'));
    expect(told.state).toMatchObject({ phase: { kind: 'running' }, round: 2 });
    expect(told.state.waves.map(({ phase }) => phase)).toEqual(['passed', 'running']);
    expect(told.state.waves[0]?.acknowledged.failed).toBe(2);
  });

  test('lets new failures halt it again, by what is tolerated beyond the acknowledged ones', () => {
    const wave = makeWave('w', 6, { maxFailures: { count: 1 } });
    const told = new ToldRollout(makePlan([wave])).deploy('w').report('w/1', { failed: ['w-1', 'w-2'] });
    obey(told, order('resume')).report('w/1', { failed: ['w-3'] });
    expect(told.state.phase.kind).toBe('running');
    told.report('w/1', { failed: ['w-4'] });
    expect(told.state.phase).toMatchObject({
      kind: 'halted',
      cause: { reason: 'failures-exceeded', failures: 2, acknowledged: 2, base: 6 },
    });
  });

  test('goes by devices: an acknowledged one that succeeds after all leaves no room for another', () => {
    const wave = makeWave('w', 6, { maxFailures: { count: 0 } });
    const told = new ToldRollout(makePlan([wave])).deploy('w').report('w/1', { failed: ['w-1'] });
    obey(told, order('resume')).report('w/1', { success: ['w-1'] });
    expect(told.state.waves[0]?.acknowledged.failed).toBe(0);
    told.report('w/1', { failed: ['w-2'] });
    expect(told.state.phase).toMatchObject({ kind: 'halted', cause: { failures: 1 } });
  });

  test('lets a batch that the API refused be posted again, as another attempt', () => {
    const told = new ToldRollout(plan()).tell(intended, {
      type: 'deployment-refused',
      deployment: 'one/1',
      failure: FAILURE,
    });
    expect(told.state.phase).toMatchObject({ kind: 'halted', cause: { reason: 'deployment-refused' } });
    obey(told, order('resume'));
    expect(decide(told.state, 0)).toMatchObject({ post: [{ key: 'one/1.2', attempt: 2 }] });
  });
});

describe('a retry', () => {
  test('deploys again to what failed, timed out or was rejected, and judges the wave by that attempt', () => {
    const wave = makeWave('w', 5, { batch: { size: 5, parallel: 1 } });
    const told = new ToldRollout(makePlan([wave])).deploy('w', 1, ['w-5']);
    told.report('w/1', { success: ['w-1'], processing: ['w-2', 'w-3'] }).tell({
      type: 'devices-timed-out',
      deployment: 'w/1',
      timedOut: wave.devices.slice(1, 3),
      unknown: [],
    });
    told.report('w/1', { failed: ['w-4'] }).tell({ type: 'grace-ended', unfinished: 0 });
    obey(told, order('retry'));
    expect(told.state.waves[0]?.tally).toMatchObject({ success: 1, waiting: 4, failed: 0, rejected: 0 });
    expect(decide(told.state, 0)).toMatchObject({
      post: [{ key: 'w/2', batch: 2, attempt: 1, devices: ['w-2', 'w-3', 'w-4', 'w-5'] }],
    });
    told.tell(
      { ...intended, deployment: 'w/2', wave: wave.name, batch: 2, devices: wave.devices.slice(1) },
      {
        type: 'deployment-accepted',
        deployment: 'w/2',
        deploymentId: 'again' as DeploymentId,
        requestId: null,
        rejected: [],
        unreadable: null,
      },
    );
    told.report('w/2', { success: ['w-2', 'w-3', 'w-4', 'w-5'] });
    expect(told.state.phase.kind).toBe('completed');
    expect(told.state.deployments.get('w/1')?.tally).toMatchObject({ success: 1, 'timed-out': 2, failed: 1 });
  });

  test('keeps what the first attempt tells from then on as a late outcome', () => {
    const told = obey(closed(), order('retry'));
    const before = told.state.waves[0]?.tally;
    told.report('one/1', { success: ['one-1'] });
    expect(told.state.waves[0]?.tally).toEqual(before);
    expect(told.state.deployments.get('one/1')?.lateOutcomes.get(intended.devices[0] ?? ('' as never))).toBe(
      'success',
    );
  });

  test('leaves devices in flight to the attempt that they are in', () => {
    const told = obey(halted(), order('retry'));
    expect(told.state.waves[0]?.tally).toMatchObject({ waiting: 2, accepted: 1 });
    told.report('one/1', { success: ['one-3'] });
    expect(told.state.waves[0]?.tally).toMatchObject({ waiting: 2, success: 1 });
  });

  test('cuts the devices into batches of the size that the wave has', () => {
    const wave = makeWave('w', 5, {
      batch: { size: 2, parallel: 1 },
      minSuccess: { count: 5 },
      maxFailures: null,
    });
    const told = new ToldRollout(makePlan([wave]));
    for (const batch of [1, 2, 3]) told.deploy('w', batch);
    told.report('w/1', { success: ['w-1'], failed: ['w-2'] });
    told.report('w/2', { failed: ['w-3', 'w-4'] }).report('w/3', { success: ['w-5'] });
    obey(told, order('retry'));
    expect(decide(told.state, 0)).toMatchObject({
      post: [
        { key: 'w/4', devices: ['w-2', 'w-3'] },
        { key: 'w/5', devices: ['w-4'] },
      ],
    });
  });

  test('is refused where it would halt again at once, and names the way on', () => {
    const told = new ToldRollout(makePlan([makeWave('w', 2)])).deploy('w').tell({
      type: 'devices-timed-out',
      deployment: 'w/1',
      timedOut: makeWave('w', 1).devices,
      unknown: makeWave('w', 2).devices.slice(1),
    });
    expect(decideOrder(told.state, order('retry'))).toMatchObject({ kind: 'refuse' });
    expect(decideOrder(told.state, order('resume')).kind).toBe('obey');
  });

  test('has nothing to do where every failure is unknown', () => {
    const told = new ToldRollout(makePlan([makeWave('w', 1)])).deploy('w').tell({
      type: 'devices-timed-out',
      deployment: 'w/1',
      timedOut: [],
      unknown: makeWave('w', 1).devices,
    });
    expect(decideOrder(told.state, order('retry')).kind).toBe('already');
  });

  test('of a device whose failure was acknowledged counts anew', () => {
    const wave = makeWave('w', 3, { maxFailures: { count: 0 } });
    const told = new ToldRollout(makePlan([wave])).deploy('w').report('w/1', { failed: ['w-1'] });
    obey(told, order('resume')).report('w/1', { failed: ['w-2'] });
    obey(told, order('retry'));
    expect(told.state.waves[0]).toMatchObject({
      tally: { waiting: 2, failed: 0 },
      acknowledged: { failed: 0 },
    });
  });
});

describe('an abort', () => {
  test('halts a rollout that runs, for the reason that an operator gave', () => {
    const told = obey(running(), order('abort'));
    expect(told.state.phase).toMatchObject({
      kind: 'halted',
      cause: { reason: 'operator', order: orderRecord('abort') },
    });
  });

  test('of one that has halted already leaves the halt as it was decided', () => {
    const told = obey(halted(), order('abort'));
    expect(told.state.phase).toMatchObject({ cause: { reason: 'failures-exceeded' } });
    expect(told.types().filter((type) => type === 'rollout-halted')).toHaveLength(1);
    expect(told.state.abort?.by).toBe('ana');
  });

  test('reaches a rollout that is paused between two waves', () => {
    const told = obey(running(), order('pause'));
    told.report('one/1', { success: ['one-1', 'one-2', 'one-3'] });
    obey(told, order('abort'));
    expect(told.state.phase).toMatchObject({ kind: 'halted', wave: 'two' });
  });
});

describe('settling', () => {
  test('adopting puts the devices in flight, with the deadline counted from the intent', () => {
    const told = obey(doubted(), adopt);
    const call = told.state.deployments.get('one/1')?.call;
    const intendedAt = told.state.deployments.get('one/1')?.intendedAt ?? 0;
    expect(call).toMatchObject({ kind: 'accepted', deploymentId: 'd-1', acceptedAt: intendedAt });
    expect(told.state.waves[0]?.tally.accepted).toBe(3);
    expect(decide(told.state, 0)).toMatchObject({ kind: 'deploy', post: [] });
  });

  test('what was not created may be posted, under the same key', () => {
    const told = obey(doubted(), notCreated);
    expect(decide(told.state, 0)).toMatchObject({ kind: 'deploy', post: [{ key: 'one/1', attempt: 1 }] });
  });

  test('an adopted deployment of a rollout that has halted is watched for another grace time', () => {
    const told = doubted();
    told.tell({
      type: 'rollout-aborted',
      order: orderRecord('a'),
    });
    told.tell({ type: 'grace-ended', unfinished: 0 });
    expect(told.state.phase.kind).toBe('closed');
    const haltedAt = told.state.phase.kind === 'closed' ? told.state.phase.haltedAt : 0;
    obey(told, adopt);
    expect(told.state.phase).toMatchObject({
      kind: 'halted',
      at: haltedAt,
      watchedFrom: told.state.updatedAt,
    });
    expect(decide(told.state, told.state.updatedAt)).toMatchObject({ kind: 'watch' });
    expect(decideVerdict(told.state)).toBeNull();
  });

  const refusals: readonly [string, () => ToldRollout, Order, RegExp][] = [
    [
      'a deployment that there is not',
      doubted,
      settleOrder('two/9', { kind: 'not-created' }),
      /in doubt: one\/1/,
    ],
    ['one that is being posted', () => new ToldRollout(plan()).tell(intended), adopt, /being sent/],
    ['one that was accepted', running, notCreated, /was accepted as id-one-1/],
    [
      'an id that is another deployment of the rollout',
      () => {
        const wave = makeWave('one', 3, { batch: { size: 2, parallel: 2 } });
        const told = new ToldRollout(makePlan([wave])).deploy('one', 2);
        return told.tell(
          { ...intended, devices: wave.devices.slice(0, 2) },
          {
            type: 'deployment-doubted',
            deployment: 'one/1',
            failure: FAILURE,
          },
        );
      },
      settleOrder('one/1', { kind: 'adopted', deploymentId: 'id-one-2' as DeploymentId }),
      /id-one-2 is deployment one\/2/,
    ],
    [
      'what the plan posts again by itself',
      () =>
        new ToldRollout(plan({ whenInDoubt: 'post-again' })).tell(intended, {
          type: 'deployment-doubted',
          deployment: 'one/1',
          failure: FAILURE,
        }),
      notCreated,
      /post-again/,
    ],
  ];
  test.each(refusals)('is refused: %s', (_, make, given, told) => {
    const obedience = decideOrder(make().state, given);
    expect(obedience.kind).toBe('refuse');
    expect(obedience.kind === 'refuse' && obedience.message).toMatch(told);
  });
});
