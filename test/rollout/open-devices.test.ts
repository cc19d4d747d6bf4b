import { describe, expect, test } from 'vitest';
import type { Serial } from '../../src/plan/identifiers.ts';
import type { RolloutEvent } from '../../src/rollout/event.ts';
import { decideOrder } from '../../src/rollout/handle-order.ts';
import { openDevicesOf } from '../../src/rollout/open-devices.ts';
import type { Order } from '../../src/rollout/order.ts';
import { order, orderRecord } from '../kit/orders.ts';
import { makePlan, makeWave, serial } from '../kit/plans.ts';
import { ToldRollout } from '../kit/rollouts.ts';
import { NO_ANSWER } from '../views/told.ts';

const CLOSE: Order = { ...orderRecord('close'), kind: 'accept-open' };
const WATCHED: RolloutEvent = { type: 'grace-ended', unfinished: 0 };

function timeOut(timedOut: readonly Serial[], unknown: readonly Serial[] = []): RolloutEvent {
  return { type: 'devices-timed-out', deployment: 'one/1', timedOut, unknown };
}

function followUp(
  news: Partial<Record<'processing' | 'success' | 'failed', readonly Serial[]>>,
): RolloutEvent {
  return {
    type: 'deployment-followed-up',
    deployment: 'one/1',
    answer: 'listed',
    processing: [],
    success: [],
    failed: [],
    ...news,
  };
}

/** Four devices: one succeeded, one failed, one timed out and one is unknown; all of that is tolerated. */
function completed(): ToldRollout {
  return new ToldRollout(makePlan([makeWave('one', 4, { maxFailures: { count: 3 } })]))
    .deploy('one')
    .report('one/1', { success: ['one-1'], failed: ['one-2'], processing: ['one-3'] })
    .tell(timeOut([serial('one-3')], [serial('one-4')]));
}

function openIn({ state }: ToldRollout): readonly string[] {
  return openDevicesOf(state).map(({ serial: device, why }) => `${device} ${why}`);
}

describe('a device is open', () => {
  test('that timed out or is unknown, and none that succeeded or failed', () => {
    expect(completed().state.phase.kind).toBe('completed');
    expect(openIn(completed())).toEqual(['one-3 timed-out', 'one-4 unknown']);
  });

  test('whose deployment is in doubt, and none whose deployment was certainly not made', () => {
    const told = new ToldRollout(makePlan([makeWave('one', 2)])).intend('one');
    const doubted = told
      .tell({ type: 'deployment-doubted', deployment: 'one/1', failure: NO_ANSWER })
      .obey(order('abort'))
      .tell(WATCHED);
    expect(openIn(doubted)).toEqual(['one-1 in-doubt', 'one-2 in-doubt']);
    const refused = new ToldRollout(makePlan([makeWave('one', 2)]))
      .intend('one')
      .tell({ type: 'deployment-refused', deployment: 'one/1', failure: NO_ANSWER }, WATCHED);
    expect(openIn(refused)).toEqual([]);
  });

  test('that was still in progress when the watching after a halt ended', () => {
    const told = new ToldRollout(makePlan([makeWave('one', 3)]))
      .deploy('one')
      .report('one/1', { failed: ['one-1'], processing: ['one-2'] })
      .tell({ type: 'grace-ended', unfinished: 2 });
    expect(openIn(told)).toEqual(['one-2 in-progress', 'one-3 in-progress']);
  });

  test('by its latest deployment: what a retry ended is not open', () => {
    const told = new ToldRollout(makePlan([makeWave('one', 2)]))
      .deploy('one')
      .report('one/1', { success: ['one-1'], processing: ['one-2'] })
      .tell(timeOut([serial('one-2')]), WATCHED);
    expect(openIn(told)).toEqual(['one-2 timed-out']);
    told
      .obey(order('retry'))
      .deploy('one', 2)
      .report('one/2', { success: ['one-2'] });
    expect(openIn(told)).toEqual([]);
  });

  test('no longer, once it is known how it ended or a person has closed it', () => {
    const told = completed().tell(followUp({ success: [serial('one-3')] }));
    expect(openIn(told)).toEqual(['one-4 unknown']);
    told.obey(CLOSE);
    expect(openIn(told)).toEqual([]);
    expect(decideOrder(told.state, { ...CLOSE, id: 'again' })).toMatchObject({ kind: 'already' });
  });

  test('still, when the API lists it in progress or no longer knows its deployment', () => {
    const told = completed().tell(followUp({ processing: [serial('one-3')] }), {
      ...followUp({}),
      answer: 'not-found',
    } as RolloutEvent);
    expect(openIn(told)).toEqual(['one-3 timed-out', 'one-4 unknown']);
    expect(told.state.deployments.get('one/1')?.followedUp).toMatchObject({ answer: 'not-found' });
  });
});

test('a follow-up changes no verdict, and keeps what has become of a device that had succeeded', () => {
  const told = completed();
  const before = told.state.waves;
  told.tell(followUp({ failed: [serial('one-1')] }));
  expect(told.state.phase.kind).toBe('completed');
  expect(told.state.waves).toEqual(before);
  expect(told.state.deployments.get('one/1')?.lateOutcomes.get(serial('one-1'))).toBe('failed');
});

test('devices of a rollout that is not finished are not closed', () => {
  const { state } = new ToldRollout(makePlan([makeWave('one', 2)])).deploy('one');
  expect(decideOrder(state, CLOSE)).toMatchObject({ kind: 'refuse' });
});
