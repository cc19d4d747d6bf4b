import { expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { observe } from '../../src/rollout/observe.ts';
import type { ListingFacts, ReportedDevice } from '../../src/rollout/observe.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { ToldRollout } from '../kit/rollouts.ts';

function rolloutOf(size: number): ToldRollout {
  return new ToldRollout(makePlan([makeWave('w', size, { maxFailures: { count: size } })])).deploy('w');
}

function observed(
  rollout: ToldRollout,
  reports: readonly ReportedDevice[],
  facts: Partial<ListingFacts> = {},
) {
  const deployment = present(rollout.state.deployments.get('w/1'), 'w/1');
  return observe(deployment, reports, { isWhole: true, isDecisive: false, ...facts });
}

function device(serial: string, status: string, updatedAt: number | null = null): ReportedDevice {
  return { serial, status, updatedAt };
}

test('only news is told', () => {
  const rollout = rolloutOf(3).report('w/1', { processing: ['w-1', 'w-2'] });
  const { event } = observed(rollout, [
    device('w-1', 'processing'),
    device('w-2', 'failed'),
    device('w-3', 'success'),
  ]);
  expect(event).toMatchObject({ processing: [], failed: ['w-2'], success: ['w-3'] });
});

test('a poll without news is no event', () => {
  const rollout = rolloutOf(1).report('w/1', { processing: ['w-1'] });
  expect(observed(rollout, [device('w-1', 'processing')])).toEqual({
    event: null,
    noted: null,
    oddities: [],
  });
});

test('a device that vanishes keeps where it stood', () => {
  const rollout = rolloutOf(2).report('w/1', { processing: ['w-1'], success: ['w-2'] });
  expect(observed(rollout, []).event).toBeNull();
});

test('an undocumented word is processing, and is told', () => {
  const { event, oddities } = observed(rolloutOf(1), [device('w-1', 'SUCCESS\u001b[31m')]);
  expect(event).toMatchObject({ processing: ['w-1'], success: [] });
  expect(oddities).toMatchObject([{ kind: 'unknown-word' }]);
  expect(oddities[0]?.message).toContain('w-1 "SUCCESS\\u001b[31m"');
});

test('a device that was not sent is left out, and is told', () => {
  const { event, oddities } = observed(rolloutOf(1), [device('x-1', 'failed'), device('W-1', 'success')]);
  expect(event).toBeNull();
  expect(oddities).toMatchObject([{ kind: 'foreign-device' }]);
});

test.each([
  ['the later one counts', device('w-1', 'failed', 1000), device('w-1', 'success', 2000), 'success'],
  ['in whichever order', device('w-1', 'success', 2000), device('w-1', 'failed', 1000), 'success'],
  [
    'the worse where times are equal',
    device('w-1', 'success', 1000),
    device('w-1', 'failed', 1000),
    'failed',
  ],
  [
    'the worse where a time is missing',
    device('w-1', 'success', 1000),
    device('w-1', 'processing'),
    'processing',
  ],
])('listed twice with different words: %s', (_, first, second, word) => {
  const { event, oddities } = observed(rolloutOf(1), [first, second]);
  expect(event).toMatchObject({ [word]: ['w-1'] });
  expect(oddities).toMatchObject([{ kind: 'listed-twice' }]);
});

test('listed twice with the same word is nothing to speak of', () => {
  const { event, oddities } = observed(rolloutOf(1), [device('w-1', 'success'), device('w-1', 'success')]);
  expect(event).toMatchObject({ success: ['w-1'] });
  expect(oddities).toEqual([]);
});

test('a device that has ended stays ended when it is listed as processing again', () => {
  const rollout = rolloutOf(2).report('w/1', { failed: ['w-1'] });
  const { event, oddities } = observed(rollout, [device('w-1', 'processing'), device('w-2', 'processing')]);
  expect(event).toMatchObject({ processing: ['w-2'] });
  expect(oddities).toMatchObject([{ kind: 'reopened' }]);
});

test('a rejected device stays rejected', () => {
  const rollout = new ToldRollout(makePlan([makeWave('w', 2, { maxFailures: { count: 2 } })])).deploy(
    'w',
    1,
    ['w-1'],
  );
  const { event, oddities } = observed(rollout, [device('w-1', 'success')]);
  expect(event).toBeNull();
  expect(oddities).toMatchObject([{ kind: 'rejected-listed' }]);
});
