import { describe, expect, test } from 'vitest';
import { parsePercentage } from '../../src/plan/threshold.ts';
import {
  describeReadiness,
  checkConnections,
  unknownIn,
  devicesToCome,
  isReady,
} from '../../src/rollout/preflight.ts';
import { present } from '../../src/base/assert.ts';
import { order } from '../kit/orders.ts';
import { makePlan, makeWave, serial } from '../kit/plans.ts';
import { devicesOf, ToldRollout } from '../kit/rollouts.ts';

const SERIALS = Array.from({ length: 21 }, (_, index) => serial(`s-${index + 1}`));

function listed(count: number, status = 'online') {
  return SERIALS.slice(0, count).map((one) => ({ serial: one, status }));
}

function planThatNeeds(minOnline: string) {
  const threshold = present(parsePercentage(minOnline), 'a percentage');
  return makePlan([makeWave('w', 1)], { preflight: { minOnline: threshold } });
}

describe('what a preflight finds', () => {
  test('counts whatever is not online, and what the account does not have', () => {
    const connections = [
      { serial: 's-1', status: 'online' },
      { serial: 's-2', status: 'abnormal' },
      { serial: 'of another plan', status: 'online' },
      { serial: 's-3', status: 'Online' },
    ];
    const found = checkConnections(
      SERIALS.slice(0, 4),
      { listed: connections },
      makePlan([makeWave('w', 1)]),
    );
    expect(found).toEqual({ devices: 4, online: 2, offline: ['s-2'], unlisted: ['s-4'], needed: null });
    expect(isReady(found)).toBe(true);
    expect(describeReadiness(found)).toBe(
      '2 of 4 devices are online; 1 is offline: s-2; 1 is not in the account: s-4',
    );
  });

  test.each([
    ['online', 'offline'],
    ['offline', 'online'],
  ])('counts a device that is listed as %s and as %s as offline', (one, other) => {
    const rows = [one, other].map((status) => ({ serial: 's-1', status }));
    const found = checkConnections(SERIALS.slice(0, 1), { listed: rows }, makePlan([makeWave('w', 1)]));
    expect(found).toMatchObject({ online: 0, offline: ['s-1'] });
  });

  test('by a part of the list tells nothing of devices that are not in it', () => {
    const plan = makePlan([makeWave('w', 1)]);
    const found = checkConnections(SERIALS, { listed: listed(2), partial: 'it holds 2 of 21 rows' }, plan);
    expect(found).toMatchObject({ online: 2, partial: 'it holds 2 of 21 rows' });
    expect(unknownIn(found)).toEqual([]);
    expect(describeReadiness(found)).toBe(
      "2 of 21 devices are online; the API's list of the account's devices is incomplete: it holds 2 of 21 rows",
    );
  });

  test.each([
    // 90 % of 21 are 18.9, rounded up.
    ['90%', 19, true],
    ['90%', 18, false],
    ['0%', 0, true],
    ['100%', 21, true],
    ['100%', 20, false],
  ])('with minOnline %s and %i of 21 online is ready: %s', (minOnline, online, ready) => {
    const found = checkConnections(SERIALS, { listed: listed(online) }, planThatNeeds(minOnline));
    expect(isReady(found)).toBe(ready);
    expect(describeReadiness(found).endsWith('a run would deploy nothing')).toBe(!ready);
  });
});

describe('the devices to come', () => {
  const plan = makePlan([makeWave('one', 2), makeWave('two', 4, { batch: { size: 2, parallel: 1 } })]);

  test('are all at the start, and later those that nothing was posted to', () => {
    const told = new ToldRollout(plan);
    expect(devicesToCome(told.state)).toEqual([...devicesOf('one', 1, 2), ...devicesOf('two', 1, 4)]);
    told
      .deploy('one')
      .report('one/1', { success: devicesOf('one', 1, 2) })
      .deploy('two', 1);
    expect(devicesToCome(told.state)).toEqual(devicesOf('two', 3, 4));
  });

  test('are those of a retry again', () => {
    const told = new ToldRollout(plan)
      .deploy('one')
      .report('one/1', { success: ['one-1'], failed: ['one-2'] })
      .tell({ type: 'grace-ended', unfinished: 0 })
      .obey(order('retry'));
    expect(devicesToCome(told.state)).toEqual(['one-2', ...devicesOf('two', 1, 4)]);
  });
});
