import { describe, expect, test } from 'vitest';
import { parsePercentage } from '../../src/plan/threshold.ts';
import { fold } from '../../src/rollout/apply.ts';
import { inFlightOf } from '../../src/rollout/device-status.ts';
import { decide, mayPost } from '../../src/rollout/decide.ts';
import { decideOnResuming } from '../../src/rollout/in-doubt.ts';
import type { RolloutEvent } from '../../src/rollout/event.ts';
import { order } from '../kit/orders.ts';
import { makePlan, makeWave, serial, waveName } from '../kit/plans.ts';
import { ToldRollout, devicesOf } from '../kit/rollouts.ts';

const FAILURE = {
  kind: 'server-error',
  message: 'POST answered 500',
  status: 500,
  code: null,
  requestId: 'r-1',
};

function haltOf(rollout: ToldRollout) {
  const { phase } = rollout.state;
  return phase.kind === 'halted' || phase.kind === 'closed' ? { wave: phase.wave, cause: phase.cause } : null;
}

describe('a rollout', () => {
  test('starts its first wave by itself and says what to post', () => {
    const rollout = new ToldRollout(makePlan([makeWave('canary', 3), makeWave('rest', 5)]));
    expect(rollout.types()).toEqual(['rollout-started', 'wave-started']);
    expect(decide(rollout.state, 0)).toMatchObject({
      kind: 'deploy',
      post: [{ key: 'canary/1', batch: 1, attempt: 1, devices: ['canary-1', 'canary-2', 'canary-3'] }],
      follow: [],
    });
  });

  test('passes a wave when every device has ended, starts the next, and completes after the last', () => {
    const rollout = new ToldRollout(makePlan([makeWave('canary', 2), makeWave('rest', 1)]));
    rollout.deploy('canary').report('canary/1', { success: ['canary-1'] });
    expect(rollout.types().at(-1)).toBe('devices-reported');
    rollout.report('canary/1', { success: ['canary-2'] });
    expect(rollout.types().slice(-2)).toEqual(['wave-passed', 'wave-started']);
    rollout.deploy('rest').report('rest/1', { success: ['rest-1'] });
    expect(rollout.types().slice(-2)).toEqual(['wave-passed', 'rollout-completed']);
    expect(decide(rollout.state, 0)).toEqual({ kind: 'end' });
  });

  test('cuts a wave into batches of the size given, the last one smaller', () => {
    const wave = makeWave('w', 7, { batch: { size: 3, parallel: 2 } });
    const decision = decide(new ToldRollout(makePlan([wave])).state, 0);
    expect(
      decision.kind === 'deploy' && decision.post.map(({ key, devices }) => [key, devices.length]),
    ).toEqual([
      ['w/1', 3],
      ['w/2', 3],
      ['w/3', 1],
    ]);
  });
});

describe('a halt', () => {
  test('comes with the failure after the last one that is tolerated, in the middle of a wave', () => {
    const rollout = new ToldRollout(
      makePlan([makeWave('w', 10, { maxFailures: { count: 2 } }), makeWave('x', 1)]),
    );
    rollout.deploy('w').report('w/1', { failed: devicesOf('w', 1, 2) });
    expect(haltOf(rollout)).toBeNull();
    rollout.report('w/1', { failed: ['w-3'] });
    expect(haltOf(rollout)).toEqual({
      wave: 'w',
      cause: { reason: 'failures-exceeded', failures: 3, base: 10, tolerated: 2, needed: null },
    });
  });

  test('comes as soon as the successes needed cannot be reached', () => {
    const minSuccess = parsePercentage('95%');
    const rollout = new ToldRollout(makePlan([makeWave('w', 20, { minSuccess, maxFailures: null })]));
    rollout.deploy('w').report('w/1', { failed: ['w-1'] });
    expect(haltOf(rollout)).toBeNull();
    rollout.report('w/1', { failed: ['w-2'] });
    expect(haltOf(rollout)?.cause).toEqual({
      reason: 'success-unreachable',
      failures: 2,
      base: 20,
      tolerated: 1,
      needed: 19,
    });
  });

  test('comes from the whole rollout although each wave is within its own limit', () => {
    const waves = [
      makeWave('one', 10, { maxFailures: { count: 2 } }),
      makeWave('two', 10, { maxFailures: { count: 2 } }),
    ];
    const rollout = new ToldRollout(makePlan(waves, { maxFailures: parsePercentage('15%') }));
    rollout
      .deploy('one')
      .report('one/1', { failed: devicesOf('one', 1, 2), success: devicesOf('one', 3, 10) });
    rollout.deploy('two').report('two/1', { failed: ['two-1'] });
    expect(haltOf(rollout)).toBeNull();
    rollout.report('two/1', { failed: ['two-2'] });
    expect(haltOf(rollout)).toEqual({
      wave: 'two',
      cause: { reason: 'rollout-failures-exceeded', failures: 4, base: 20, tolerated: 3, needed: null },
    });
  });

  test('comes in the last wave too: a rollout that breaks its limit at its very end is not complete', () => {
    const rollout = new ToldRollout(makePlan([makeWave('only', 2)]));
    rollout.deploy('only').report('only/1', { success: ['only-1'], failed: ['only-2'] });
    expect(haltOf(rollout)?.cause.reason).toBe('failures-exceeded');
    expect(rollout.types()).not.toContain('rollout-completed');
  });

  test('comes at once when every device is rejected', () => {
    const rollout = new ToldRollout(makePlan([makeWave('w', 2)]));
    rollout.deploy('w', 1, ['w-1', 'w-2']);
    expect(haltOf(rollout)?.cause).toMatchObject({ reason: 'failures-exceeded', failures: 2, base: 2 });
  });

  test('comes for devices that timed out and that never turned up', () => {
    const rollout = new ToldRollout(makePlan([makeWave('w', 3, { maxFailures: { count: 1 } })]));
    rollout.deploy('w').report('w/1', { success: ['w-1'], processing: ['w-2'] });
    rollout.tell({
      type: 'devices-timed-out',
      deployment: 'w/1',
      timedOut: [serial('w-2')],
      unknown: [serial('w-3')],
    });
    expect(haltOf(rollout)?.cause).toMatchObject({ failures: 2 });
    expect(rollout.state.waves[0]?.tally).toMatchObject({
      success: 1,
      'timed-out': 1,
      unknown: 1,
      processing: 0,
    });
  });

  test('comes when the API refuses a deployment', () => {
    const rollout = new ToldRollout(makePlan([makeWave('w', 2)]));
    rollout.tell(intended(), {
      type: 'deployment-refused',
      deployment: 'w/1',
      failure: { ...FAILURE, status: 404 },
    });
    expect(haltOf(rollout)?.cause).toMatchObject({ reason: 'deployment-refused', deployment: 'w/1' });
  });

  test('does not come for a wave of which one device succeeded where all failures are tolerated', () => {
    const rollout = new ToldRollout(makePlan([makeWave('w', 3, { maxFailures: parsePercentage('100%') })]));
    rollout.deploy('w').report('w/1', { failed: ['w-1', 'w-2'], success: ['w-3'] });
    expect(rollout.state.phase.kind).toBe('completed');
  });

  test('comes for a wave without a success, whatever is tolerated', () => {
    const rollout = new ToldRollout(
      makePlan([makeWave('w', 2, { maxFailures: parsePercentage('100%') }), makeWave('next', 1)]),
    );
    rollout.deploy('w').report('w/1', { failed: ['w-1', 'w-2'] });
    expect(haltOf(rollout)?.cause).toEqual({
      reason: 'success-unreachable',
      failures: 2,
      base: 2,
      tolerated: 1,
      needed: 1,
    });
    expect(rollout.obey(order('resume')).types().slice(-3)).toEqual([
      'rollout-resumed',
      'wave-passed',
      'wave-started',
    ]);
  });

  test('does not come for a rollout that 0.1 began, where a wave tolerates everything', () => {
    const waves = [makeWave('w', 2, { maxFailures: { count: 2 } }), makeWave('next', 1)];
    const rollout = new ToldRollout(makePlan(waves), null);
    rollout.deploy('w').report('w/1', { failed: ['w-1', 'w-2'] });
    expect(rollout.state.waves[0]?.phase).toBe('passed');
    expect(rollout.state.waves[1]?.phase).toBe('running');
  });

  test('lets nothing further be posted, watches what is in flight, and ends with its grace', () => {
    const wave = makeWave('w', 6, { batch: { size: 3, parallel: 1 } });
    const rollout = new ToldRollout(makePlan([wave]));
    const planned = decide(rollout.state, 0);
    const second = planned.kind === 'deploy' ? planned.post[1] : undefined;
    rollout.deploy('w', 1).report('w/1', { failed: ['w-1'], processing: ['w-2', 'w-3'] });
    expect(second !== undefined && mayPost(rollout.state, second, 0)).toBe(false);
    const haltedAt = rollout.state.phase.kind === 'halted' ? rollout.state.phase.at : 0;
    expect(decide(rollout.state, haltedAt)).toMatchObject({ kind: 'watch', until: haltedAt + 600_000 });
    const ended: RolloutEvent = { type: 'grace-ended', unfinished: 2 };
    expect(decide(rollout.state, haltedAt + 600_000)).toEqual({ kind: 'record', event: ended });
    expect(decide(rollout.tell(ended).state, 0)).toEqual({ kind: 'end' });
  });

  test('is not taken back by a late success', () => {
    const rollout = new ToldRollout(makePlan([makeWave('w', 2)]));
    rollout.deploy('w').report('w/1', { failed: ['w-1'] });
    rollout.report('w/1', { success: ['w-1', 'w-2'] });
    expect(rollout.state.phase.kind).toBe('halted');
    expect(rollout.state.waves[0]?.tally.success).toBe(2);
  });
});

describe('outcomes that change', () => {
  test('failed, then success: the latest word counts while the wave is open', () => {
    const rollout = new ToldRollout(makePlan([makeWave('w', 2, { maxFailures: { count: 1 } })]));
    rollout
      .deploy('w')
      .report('w/1', { failed: ['w-1'] })
      .report('w/1', { success: ['w-1'] });
    expect(rollout.state.waves[0]?.tally).toMatchObject({ failed: 0, success: 1 });
  });

  test('a success after the time-out is kept beside it and judges nothing', () => {
    const rollout = new ToldRollout(makePlan([makeWave('w', 2, { maxFailures: { count: 0 } })]));
    rollout.deploy('w').report('w/1', { processing: ['w-1', 'w-2'] });
    rollout.tell({ type: 'devices-timed-out', deployment: 'w/1', timedOut: [serial('w-1')], unknown: [] });
    rollout.report('w/1', { success: ['w-1'] });
    const deployment = rollout.state.deployments.get('w/1');
    expect(deployment?.lateOutcomes.get(serial('w-1'))).toBe('success');
    expect(deployment?.tally).toMatchObject({ 'timed-out': 1, success: 0 });
    expect(rollout.state.phase.kind).toBe('halted');
  });
});

describe('a deployment in doubt', () => {
  test('stops the run', () => {
    const rollout = new ToldRollout(makePlan([makeWave('w', 2)]));
    rollout.tell(intended(), { type: 'deployment-doubted', deployment: 'w/1', failure: FAILURE });
    expect(decide(rollout.state, 0)).toMatchObject({ kind: 'in-doubt', deployments: [{ key: 'w/1' }] });
  });

  test('is posted again under a new key where the plan says that this is safe', () => {
    const rollout = new ToldRollout(makePlan([makeWave('w', 2)], { whenInDoubt: 'post-again' }));
    rollout.tell(intended(), { type: 'deployment-doubted', deployment: 'w/1', failure: FAILURE });
    expect(decide(rollout.state, 0)).toMatchObject({ kind: 'deploy', post: [{ key: 'w/1.2', attempt: 2 }] });
  });

  test('is what an intent without an answer is to the runner that comes after', () => {
    const rollout = new ToldRollout(makePlan([makeWave('w', 2)])).tell(intended());
    expect(decideOnResuming(rollout.state, [])).toMatchObject([
      { type: 'deployment-doubted', deployment: 'w/1' },
    ]);
  });
});

test('a deployment that was certainly not made is planned again under its own key', () => {
  const rollout = new ToldRollout(makePlan([makeWave('w', 2)]));
  rollout.tell(intended(), { type: 'deployment-not-made', deployment: 'w/1', failure: FAILURE });
  expect(decide(rollout.state, 0)).toMatchObject({ kind: 'deploy', post: [{ key: 'w/1', attempt: 1 }] });
});

test('any prefix of a journal can be gone on from, and folding it whole gives the same state', () => {
  const rollout = new ToldRollout(
    makePlan([makeWave('a', 4, { batch: { size: 2, parallel: 1 } }), makeWave('b', 1)]),
  );
  rollout
    .deploy('a', 1)
    .report('a/1', { processing: ['a-1'] })
    .report('a/1', { success: ['a-1', 'a-2'] });
  rollout.deploy('a', 2).report('a/2', { success: ['a-3', 'a-4'] });
  rollout.deploy('b').report('b/1', { failed: ['b-1'] });
  expect(fold(rollout.events)).toEqual(rollout.state);
  for (let length = 1; length <= rollout.events.length; length++) {
    const state = fold(rollout.events.slice(0, length));
    if (state === null) throw new Error('a journal with an event has a state');
    expect(() => decide(state, state.updatedAt)).not.toThrow();
    for (const { wave, tally } of state.waves) {
      expect(Object.values(tally).reduce((sum, n) => sum + n, 0)).toBe(wave.devices.length);
      expect(inFlightOf(tally)).toBeGreaterThanOrEqual(0);
    }
  }
});

test('the record names a device of no deployment: a bug, not a state', () => {
  const rollout = new ToldRollout(makePlan([makeWave('w', 1)])).deploy('w');
  expect(() => rollout.report('w/1', { success: ['stranger'] })).toThrow('stranger in w/1 is missing');
});

function intended(): RolloutEvent {
  return {
    type: 'deployment-intended',
    deployment: 'w/1',
    wave: waveName('w'),
    batch: 1,
    attempt: 1,
    devices: [serial('w-1'), serial('w-2')],
  };
}
