import fc, { runs } from '../../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { digestPlan } from '../../../src/plan/digest.ts';
import type { RolloutPlan, Wave } from '../../../src/plan/rollout-plan.ts';
import { diffPlans, isSamePlan } from '../../../src/views/diff/plan-diff.ts';
import type { PlanDiff } from '../../../src/views/diff/plan-diff.ts';
import { previewRollout } from '../../../src/rollout/preview.ts';
import { makePlan, makeWave, serial, waveName } from '../../kit/plans.ts';

const POLLING = { minIntervalMs: 5_000, maxIntervalMs: 300_000 };

function diff(before: RolloutPlan, after: RolloutPlan): PlanDiff {
  return diffPlans({ before: previewRollout(before, POLLING), after: previewRollout(after, POLLING) });
}

function waveOf(name: string, devices: string, change: Partial<Wave> = {}): Wave {
  const serials = devices.split(' ').map(serial);
  return { ...makeWave(name, serials.length, change), devices: serials };
}

describe('devices', () => {
  test('that change wave, are added and are removed are told by their waves', () => {
    const before = makePlan([waveOf('a', '1 2 3'), waveOf('b', '4 5 6'), waveOf('c', '7')]);
    const after = makePlan([waveOf('a', '1 2'), waveOf('b', '3 4 5 6 8'), waveOf('d', '9')]);
    expect(diff(before, after).devices).toEqual([
      { from: 'a', to: 'b', devices: ['3'] },
      { from: 'c', to: null, devices: ['7'] },
      { from: null, to: 'b', devices: ['8'] },
      { from: null, to: 'd', devices: ['9'] },
    ]);
  });

  test('that stand in another order within their wave are in other batches', () => {
    const { waves, devices } = diff(makePlan([waveOf('a', '1 2 3')]), makePlan([waveOf('a', '2 1 3 4')]));
    expect(waves[0]).toMatchObject({ isReordered: true });
    expect(devices).toEqual([{ from: null, to: 'a', devices: ['4'] }]);
    expect(diff(makePlan([waveOf('a', '1 2 3')]), makePlan([waveOf('a', '1 3')])).waves[0]).toMatchObject({
      isReordered: false,
    });
  });
});

describe('waves', () => {
  const namesOf = ({ waves }: PlanDiff): unknown =>
    waves.map(({ before, after, isMoved }) => [before?.name ?? null, after?.name ?? null, isMoved]);

  test('with another name are the same by most of their devices, which change no wave', () => {
    const renamed = diff(makePlan([waveOf('a', '1 2 3')]), makePlan([waveOf('z', '1 2 4')]));
    expect(namesOf(renamed)).toEqual([['a', 'z', false]]);
    expect(renamed.devices).toEqual([
      { from: 'a', to: null, devices: ['3'] },
      { from: null, to: 'z', devices: ['4'] },
    ]);
  });

  test('that share no more than half are others', () => {
    const other = diff(makePlan([waveOf('a', '1 2')]), makePlan([waveOf('z', '1 3')]));
    expect(namesOf(other)).toEqual([
      [null, 'z', false],
      ['a', null, false],
    ]);
    expect(other.devices[0]).toEqual({ from: 'a', to: 'z', devices: ['1'] });
  });

  test('a name that is in both plans is the same wave, whatever its devices', () => {
    const swapped = diff(
      makePlan([waveOf('a', '1 2'), waveOf('b', '3 4')]),
      makePlan([waveOf('a', '3 4'), waveOf('b', '1 2')]),
    );
    expect(namesOf(swapped)).toEqual([
      ['a', 'a', false],
      ['b', 'b', false],
    ]);
    expect(swapped.devices.map(({ from, to }) => [from, to])).toEqual([
      ['a', 'b'],
      ['b', 'a'],
    ]);
  });

  test('one that goes to the end has moved, and the others have not', () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => makeWave(name, 1)) as [Wave, Wave, Wave, Wave];
    expect(namesOf(diff(makePlan([a, b, c, d]), makePlan([b, c, d, a])))).toEqual([
      ['b', 'b', false],
      ['c', 'c', false],
      ['d', 'd', false],
      ['a', 'a', true],
    ]);
  });

  test('an added wave moves none of the others', () => {
    const [a, b] = [makeWave('a', 1), makeWave('b', 1)];
    expect(namesOf(diff(makePlan([a, b]), makePlan([makeWave('n', 1), a, b])))).toEqual([
      [null, 'n', false],
      ['a', 'a', false],
      ['b', 'b', false],
    ]);
  });
});

test('settings are told by their keys, as they would be written', () => {
  const before = makePlan([makeWave('a', 4, { arguments: { channel: 'stable', old: '1' } })]);
  const after = makePlan(
    [
      makeWave('a', 4, {
        arguments: { channel: 'canary' },
        maxFailures: { partsPerMillion: 55_000 },
        timeoutMs: 2_700_000,
        batch: { size: 2, parallel: 2 },
        approval: 'required',
        soakMs: 3_600_000,
        window: { days: [1, 2], from: 60, to: 300, timeZone: 'UTC' },
      }),
    ],
    { region: 'eu', maxFailures: { count: 2 } },
  );
  const { plan, waves } = diff(before, after);
  expect(plan).toEqual([
    { key: 'region', before: 'us', after: 'eu' },
    { key: 'maxFailures', before: null, after: '2' },
  ]);
  expect(waves[0]?.values).toEqual([
    { key: 'arguments.channel', before: 'stable', after: 'canary' },
    { key: 'arguments.old', before: '1', after: null },
    { key: 'maxFailures', before: '0', after: '5.5%' },
    { key: 'timeout', before: '1h', after: '45m' },
    { key: 'batch.size', before: null, after: '2' },
    { key: 'batch.parallel', before: '1', after: '2' },
    { key: 'window', before: null, after: 'mon, tue 01:00 to 05:00 UTC' },
    { key: 'approval', before: null, after: 'required' },
    { key: 'soak', before: null, after: '1h' },
  ]);
});

describe('the worst case', () => {
  test('is how many are broken before it halts, by wave and in all', () => {
    const before = makePlan([makeWave('a', 2, { maxFailures: { count: 2 } }), makeWave('b', 10)]);
    const after = makePlan([
      makeWave('a', 2, { maxFailures: { count: 2 } }),
      makeWave('b', 10, { maxFailures: { count: 3 }, batch: { size: 2, parallel: 1 } }),
    ]);
    const { worst, waves } = diff(before, after);
    expect(worst.before).toMatchObject({ devices: 12, deployments: 2, unhalted: 1, brokenByAll: 2 });
    expect(worst.after).toMatchObject({ devices: 12, deployments: 6, unhalted: 4, brokenByAll: 2 });
    expect(waves.map((wave) => wave.worst)).toEqual([
      {
        before: { haltsAtFailure: 2, broken: 2 },
        after: { haltsAtFailure: 2, broken: 2 },
      },
      {
        before: { haltsAtFailure: 1, broken: 10 },
        after: { haltsAtFailure: 4, broken: 4 },
      },
    ]);
  });

  test('is one wave for an artifact that breaks every device, and for others what the whole rollout bears', () => {
    const waves = [
      makeWave('a', 2, { maxFailures: { count: 2 } }),
      makeWave('b', 9, { maxFailures: { count: 9 }, batch: { size: 1, parallel: 1 } }),
    ];
    const plan = makePlan(waves, { maxFailures: { count: 4 } });
    expect(diff(plan, plan).worst.after).toMatchObject({ unhalted: 4, brokenByAll: 2 });
  });
});

/** Plans that are alike: so that some of them are the same. */
const anyWave = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  devices: fc.subarray(['1', '2', '3', '4'], { minLength: 1 }),
  isTurned: fc.boolean(),
  change: fc.constantFrom<Partial<Wave>>(
    {},
    { maxFailures: { count: 1 } },
    { minSuccess: { partsPerMillion: 1_000_000 } },
    { arguments: { a: 'none' } },
    { arguments: { a: '' } },
    { timeoutMs: 1 },
    { rejected: 'ignore' },
    { batch: { size: 1, parallel: 1 } },
    { batch: { size: 1, parallel: 2 } },
    { soakMs: 1 },
    { approval: 'required' },
    { window: { days: [1], from: 0, to: 1, timeZone: 'UTC' } },
    { gates: [{ name: 'g', run: ['x'], timeoutMs: 1, retries: 0, intervalMs: 1 }] },
    { gates: [{ name: 'g', run: ['x'], timeoutMs: 1, retries: 1, intervalMs: 1 }] },
  ),
});

const anyChange = fc.constantFrom<Partial<RolloutPlan>>(
  {},
  { description: '' },
  { region: 'eu' },
  { maxFailures: { count: 0 } },
  { haltGraceMs: 1 },
  { whenInDoubt: 'post-again' },
  { preflight: { minOnline: { partsPerMillion: 10_000 } } },
  { rollback: { artifact: makePlan([]).artifact, arguments: {}, automatic: false } },
  { rollback: { artifact: makePlan([]).artifact, arguments: { a: 'b' }, automatic: false } },
  { hooks: { onHalt: [{ name: 'h', run: ['x', 'y'], timeoutMs: 1 }] } },
  { hooks: { onHalt: [{ name: 'h', run: ['x y'], timeoutMs: 1 }] } },
  { hooks: { afterWave: [{ name: 'h', run: ['x', 'y'], timeoutMs: 1 }] } },
);

const anyPlan = fc
  .tuple(fc.uniqueArray(anyWave, { minLength: 1, maxLength: 3, selector: ({ name }) => name }), anyChange)
  .map(([waves, change]) => {
    const taken = new Set<string>();
    const made = waves.map((wave, index) => {
      const own = wave.devices.filter((device) => !taken.has(device));
      for (const device of own) taken.add(device);
      const devices = [...own, `only-${index}`];
      const turned = wave.isTurned ? devices.toReversed() : devices;
      return {
        ...makeWave(wave.name, devices.length, wave.change),
        name: waveName(wave.name),
        devices: turned.map(serial),
      };
    });
    return makePlan(made, change);
  });

test('two plans differ here exactly when their digests do', () => {
  fc.assert(
    fc.property(anyPlan, anyPlan, (before, after) => {
      expect(isSamePlan(diff(before, after))).toBe(digestPlan(before) === digestPlan(after));
      expect(isSamePlan(diff(before, before))).toBe(true);
    }),
    { numRuns: runs(150) },
  );
});

test('every device that is not where it was is told once', () => {
  fc.assert(
    fc.property(anyPlan, anyPlan, (before, after) => {
      const told = diff(before, after).devices.flatMap(({ devices }) => devices);
      expect(new Set(told).size).toBe(told.length);
      const devicesOf = ({ waves }: RolloutPlan): Set<string> =>
        new Set(waves.flatMap(({ devices }) => devices));
      const [old, fresh] = [devicesOf(before), devicesOf(after)];
      for (const device of old) if (!fresh.has(device)) expect(told).toContain(device);
      for (const device of fresh) if (!old.has(device)) expect(told).toContain(device);
    }),
  );
});
