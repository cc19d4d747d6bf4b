import fc from '../../kit/fast-check.ts';
import { expect, test } from 'vitest';
import { applySizes, chooseSizes, parseSizes, renderSizes } from '../../../src/plan/first-plan/first-plan.ts';

function countsOf(devices: number): readonly number[] | string {
  const waves = applySizes(chooseSizes(devices), devices);
  return typeof waves === 'string' ? waves : waves.map((wave) => wave.devices);
}

test.each([
  [1, [1]],
  [2, [1, 1]],
  [9, [1, 8]],
  [10, [1, 3, 6]],
  [99, [10, 30, 59]],
  [100, [2, 10, 30, 58]],
  [999, [20, 100, 300, 579]],
  [1_000, [10, 50, 250, 690]],
  [1_000_000, [10_000, 50_000, 250_000, 690_000]],
])('of %i devices the waves have %j', (devices, counts) => {
  expect(countsOf(devices)).toEqual(counts);
});

test('unless somebody says otherwise, no wave is smaller than the one before it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (devices) => {
      const counts = countsOf(devices);
      expect(counts).toEqual(Array.from(counts, Number).toSorted((a, b) => a - b));
    }),
  );
});

test.each([
  ['5', [5]],
  ['1%, 10% rest', ['1%', '10%', 'rest']],
  [' 1,2 , 0.5%', [1, 2, '0.5%']],
  ['', 'there is no size in it'],
  ['0', '"0" is not a size: write a number such as 5, a percentage such as 10%, or rest'],
  ['5,x', '"x" is not a size: write a number such as 5, a percentage such as 10%, or rest'],
  ['101%', '"101%" is not a size: write a number such as 5, a percentage such as 10%, or rest'],
])('%j is read as %j', (text, sizes) => {
  expect(parseSizes(text)).toEqual(sizes);
});

test('what is shown of sizes can be typed', () => {
  for (const devices of [1, 5, 50, 500, 5_000]) {
    expect(parseSizes(renderSizes(chooseSizes(devices)))).toEqual(chooseSizes(devices));
  }
});

test.each([
  [['50%', '50%'], 10, [5, 5]],
  [[3], 10, [3, 7]],
  [['rest'], 10, [10]],
  [[11], 10, 'wave 1 (11 of 10 devices) needs 11, but only 10 are left'],
  [['60%', '60%'], 10, 'wave 2 (60% of 10 devices) needs 6, but only 4 are left'],
  [['rest', 1], 10, 'wave 2 (1 of 10 devices) has no devices: none are left'],
  [['0%'], 10, 'wave 1 (0% of 10 devices) has no devices'],
])('%j of %i devices is %j', (sizes, devices, expected) => {
  const waves = applySizes(sizes, devices);
  expect(typeof waves === 'string' ? waves : waves.map((wave) => wave.devices)).toEqual(expected);
});
