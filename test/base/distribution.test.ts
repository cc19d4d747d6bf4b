import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { binomial, cumulate, hypergeometric } from '../../src/base/distribution.ts';
import type { Distribution } from '../../src/base/distribution.ts';

/** n over k, exactly. */
function choose(n: number, k: number): bigint {
  let product = 1n;
  for (let at = 1; at <= k; at++) product = (product * BigInt(n - k + at)) / BigInt(at);
  return product;
}

/** `part / whole` to a number, to 17 digits, however large both are. */
function ratio(part: bigint, whole: bigint): number {
  const scale = 10n ** 40n;
  return Number((part * scale) / whole) / 1e40;
}

function chanceAt({ from, chances }: Distribution, count: number): number {
  return chances[count - from] ?? 0;
}

const PPM = 1_000_000;

describe('a distribution', () => {
  test('is binomial as whole numbers tell it', () => {
    const given = fc.record({ n: fc.integer({ min: 0, max: 60 }), ppm: fc.integer({ min: 0, max: PPM }) });
    fc.assert(
      fc.property(given, ({ n, ppm }) => {
        const distribution = binomial(n, ppm / PPM);
        for (let k = 0; k <= n; k++) {
          const ways = choose(n, k) * BigInt(ppm) ** BigInt(k) * BigInt(PPM - ppm) ** BigInt(n - k);
          expect(chanceAt(distribution, k)).toBeCloseTo(ratio(ways, BigInt(PPM) ** BigInt(n)), 13);
        }
      }),
    );
  });

  test('is hypergeometric as whole numbers tell it', () => {
    const given = fc
      .integer({ min: 1, max: 50 })
      .chain((all) =>
        fc.tuple(fc.constant(all), fc.integer({ min: 0, max: all }), fc.integer({ min: 0, max: all })),
      );
    fc.assert(
      fc.property(given, ([all, marked, drawn]) => {
        const distribution = hypergeometric(all, marked, drawn);
        for (let k = 0; k <= drawn; k++) {
          const isPossible = k <= marked && drawn - k <= all - marked;
          const ways = isPossible ? choose(marked, k) * choose(all - marked, drawn - k) : 0n;
          expect(chanceAt(distribution, k)).toBeCloseTo(ratio(ways, choose(all, drawn)), 13);
        }
      }),
    );
  });

  test.each([
    ['binomial', binomial(1_000_000, 0.05), 50_000, 1_000_000 * 0.05 * 0.95],
    [
      'hypergeometric',
      hypergeometric(1_000_000, 50_000, 500_000),
      25_000,
      (500_000 * 0.05 * 0.95 * 500_000) / 999_999,
    ],
  ])(
    'of a million is whole, and has the mean and the variance that are known: %s',
    (_, of, mean, variance) => {
      const sum = (value: (count: number) => number) =>
        of.chances.reduce((total, chance, at) => total + chance * value(of.from + at), 0);
      expect(sum(() => 1)).toBeCloseTo(1, 12);
      expect(sum((count) => count) / mean).toBeCloseTo(1, 11);
      expect(sum((count) => (count - mean) ** 2) / variance).toBeCloseTo(1, 9);
    },
  );

  test('tells of the counts up to a limit', () => {
    const upTo = cumulate({ from: 2, chances: [0.5, 0.25, 0.25] });
    expect([1, 2, 3, 4, 9].map(upTo)).toEqual([
      { chance: 0, mean: 0 },
      { chance: 0.5, mean: 1 },
      { chance: 0.75, mean: 1.75 },
      { chance: 1, mean: 2.75 },
      { chance: 1, mean: 2.75 },
    ]);
  });
});
