import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { neededOf, parsePercentage, renderThreshold, toleratedOf } from '../../src/plan/threshold.ts';
import { present } from '../../src/base/assert.ts';

const percentages = fc.integer({ min: 0, max: 1_000_000 }).map((partsPerMillion) => ({ partsPerMillion }));
const bases = fc.integer({ min: 0, max: 1_000_000 });

describe('a percentage', () => {
  test.each([
    ['0%', 0],
    ['5%', 50_000],
    ['05%', 50_000],
    ['0.5%', 5_000],
    ['0.0001%', 1],
    ['33.3333%', 333_333],
    ['99.9%', 999_000],
    ['100%', 1_000_000],
    ['100.0000%', 1_000_000],
  ])('%s is %i millionths', (text, partsPerMillion) => {
    expect(parsePercentage(text)).toEqual({ partsPerMillion });
  });

  test.each([
    '',
    '%',
    '5',
    '5 %',
    ' 5%',
    '5%\n',
    '-5%',
    '+5%',
    '100.1%',
    '101%',
    '1000%',
    '0.00001%',
    '.5%',
    '5.%',
    '1e1%',
    '٥%',
    'NaN%',
  ])('%j is none', (text) => {
    expect(parsePercentage(text)).toBeNull();
  });

  test('comes back from its text', () => {
    fc.assert(
      fc.property(percentages, (threshold) => {
        expect(parsePercentage(renderThreshold(threshold))).toEqual(threshold);
      }),
    );
  });
});

describe('of a base', () => {
  test.each([
    ['28%', 25, 7],
    ['28%', 50, 14],
    ['29%', 100, 29],
    ['57%', 100, 57],
    ['33%', 3, 0],
    ['33.3333%', 3, 0],
    ['34%', 3, 1],
    ['5%', 19, 0],
    ['5%', 20, 1],
    ['0%', 1_000_000, 0],
    ['100%', 7, 7],
    ['0.0001%', 1_000_000, 1],
    ['0.0001%', 999_999, 0],
  ])('%s of %i tolerates %i', (text, base, tolerated) => {
    expect(toleratedOf(present(parsePercentage(text), text), base)).toBe(tolerated);
  });

  test.each([
    ['95%', 20, 19],
    ['95%', 19, 19],
    ['95%', 100, 95],
    ['72%', 25, 18],
    ['0.0001%', 1, 1],
    ['0%', 5, 0],
    ['100%', 5, 5],
  ])('%s of %i needs %i', (text, base, needed) => {
    expect(neededOf(present(parsePercentage(text), text), base)).toBe(needed);
  });

  test('the count tolerated is the largest that is not above the percentage, by exact arithmetic', () => {
    fc.assert(
      fc.property(percentages, bases, (threshold, base) => {
        const tolerated = BigInt(toleratedOf(threshold, base));
        const share = BigInt(threshold.partsPerMillion) * BigInt(base);
        expect(tolerated * 1_000_000n <= share && share < (tolerated + 1n) * 1_000_000n).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('the count needed is the smallest that is not below the percentage, by exact arithmetic', () => {
    fc.assert(
      fc.property(percentages, bases, (threshold, base) => {
        const needed = BigInt(neededOf(threshold, base));
        const share = BigInt(threshold.partsPerMillion) * BigInt(base);
        expect(needed * 1_000_000n >= share && share > (needed - 1n) * 1_000_000n).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('needing p % and tolerating (100 - p) % come to the same', () => {
    fc.assert(
      fc.property(percentages, bases, ({ partsPerMillion }, base) => {
        const complement = { partsPerMillion: 1_000_000 - partsPerMillion };
        expect(base - neededOf({ partsPerMillion }, base)).toBe(toleratedOf(complement, base));
      }),
    );
  });

  test('a count is itself, whatever the base', () => {
    fc.assert(
      fc.property(bases, bases, (count, base) => {
        expect(toleratedOf({ count }, base)).toBe(count);
        expect(neededOf({ count }, base)).toBe(count);
        expect(renderThreshold({ count })).toBe(String(count));
      }),
    );
  });
});
