import { execFileSync } from 'node:child_process';
import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import type { DeviceTable } from '../../src/plan/device-list.ts';
import { drawWaves, orderOf } from '../../src/plan/draw-waves.ts';
import { createColumns } from '../../src/plan/device-list.ts';
import type { Serial } from '../../src/plan/identifiers.ts';
import type { Threshold } from '../../src/plan/threshold.ts';

const SITES = ['taipei', 'berlin', 'osaka'];

/** Device `d-N` is at site N modulo 3. */
function fleetOf(size: number, first = 0): DeviceTable {
  const numbers = Array.from({ length: size }, (_, index) => first + index);
  return {
    serials: numbers.map((number) => `d-${number}` as Serial),
    columns: ['serial', 'site'],
    rows: numbers.map((number) => [`d-${number}`, SITES[number % 3] ?? '']),
    placeOf: () => ({ path: 'fleet.csv', range: null }),
    file: 'fleet.csv',
  };
}

/** All sites where none is named. */
type SiteWish = { readonly take: Threshold | 'rest'; readonly sites: readonly string[] };

function wish(take: Threshold | 'rest', ...sites: readonly string[]): SiteWish {
  return { take, sites };
}

type SiteDrawing = {
  readonly order: readonly number[];
  readonly wishes: readonly SiteWish[];
  readonly named: ReadonlySet<Serial>;
};

function drawSites(fleet: DeviceTable, { order, wishes, named }: SiteDrawing) {
  const column = createColumns(fleet)(1);
  return drawWaves(fleet, {
    order,
    named,
    wishes: wishes.map(({ take, sites }) => ({
      take,
      where: sites.length === 0 ? [] : [{ column, values: new Set(sites) }],
    })),
  });
}

const percent = (n: number): Threshold => ({ partsPerMillion: n * 10_000 });

function sizesOf(fleet: DeviceTable, ...wishes: readonly SiteWish[]): readonly number[] {
  const { draws } = drawSites(fleet, { order: orderOf(fleet, null), wishes, named: new Set() });
  return draws.map(({ indexes }) => indexes.length);
}

describe('sizes', () => {
  test.each([
    [10, [percent(10), percent(30), percent(60)], [1, 3, 6]],
    [7, [percent(50), percent(50)], [4, 3]],
    [3, [percent(34), percent(34), percent(34)], [2, 1, 0]],
    [1, [{ partsPerMillion: 1 }, 'rest'], [1, 0]],
    [200, [{ partsPerMillion: 5_000 }, { count: 5 }, 'rest'], [1, 5, 194]],
    [4, [{ count: 3 }, { count: 3 }], [3, 1]],
  ] as const)('of %i devices by %j are %j', (size, takes, sizes) => {
    expect(sizesOf(fleetOf(size), ...takes.map((take) => wish(take)))).toEqual(sizes);
  });

  test('a percentage is of what matches, drawn before or not', () => {
    const fleet = fleetOf(30);
    expect(sizesOf(fleet, wish(percent(50), 'taipei'), wish(percent(50), 'taipei', 'berlin'))).toEqual([
      5, 10,
    ]);
    expect(sizesOf(fleet, wish('rest', 'taipei'), wish(percent(50), 'taipei', 'berlin'))).toEqual([10, 10]);
  });
});

const takes = fc.oneof(
  fc.constant('rest' as const),
  fc.integer({ min: 1, max: 60 }).map((count) => ({ count })),
  fc.integer({ min: 0, max: 1_000_000 }).map((partsPerMillion) => ({ partsPerMillion })),
);
const wishes = fc.array(
  fc.tuple(takes, fc.subarray(SITES)).map(([take, sites]) => wish(take, ...sites)),
  { minLength: 1, maxLength: 6 },
);
const fleets = fc.record({
  size: fc.integer({ min: 1, max: 60 }),
  seed: fc.option(fc.string({ minLength: 1 }), { nil: null }),
  named: fc.uniqueArray(fc.integer({ min: 0, max: 70 }), { maxLength: 20 }),
});

/** What each wave draws, by serial. */
function serialsOf(fleet: DeviceTable, drawing: SiteDrawing): readonly (readonly Serial[])[] {
  const { draws, left } = drawSites(fleet, drawing);
  return [...draws.map(({ indexes }) => indexes), left].map((indexes) =>
    indexes.flatMap((index) => fleet.serials[index] ?? []),
  );
}

describe('drawing', () => {
  test('gives every device to one wave or to none, and none that is named to any', () => {
    fc.assert(
      fc.property(fleets, wishes, ({ size, seed, named }, wanted) => {
        const fleet = fleetOf(size);
        const taken = new Set(named.map((number) => `d-${number}` as Serial));
        const drawn = serialsOf(fleet, { order: orderOf(fleet, seed), wishes: wanted, named: taken });
        const free = fleet.serials.filter((serial) => !taken.has(serial));
        expect(drawn.flat().toSorted()).toEqual(free.toSorted());
      }),
    );
  });

  test('is as big as a person would reckon it with pencil and paper', () => {
    fc.assert(
      fc.property(fleets, wishes, ({ size, named }, wanted) => {
        const fleet = fleetOf(size);
        const taken = new Set(named.map((number) => `d-${number}` as Serial));
        const gone = new Set<string>(taken);
        const drawn = serialsOf(fleet, { order: orderOf(fleet, null), wishes: wanted, named: taken });
        for (const [index, { take, sites }] of wanted.entries()) {
          const matching = fleet.serials.filter(
            (_, at) => sites.length === 0 || sites.includes(fleet.rows[at]?.[1] ?? ''),
          );
          const left = matching.filter((serial) => !gone.has(serial));
          const share =
            take === 'rest'
              ? left.length
              : 'count' in take
                ? take.count
                : Number((BigInt(take.partsPerMillion) * BigInt(matching.length) + 999_999n) / 1_000_000n);
          const expected = left.slice(0, share);
          expect(drawn[index]).toEqual(expected);
          for (const serial of expected) gone.add(serial);
        }
      }),
    );
  });

  test('by counts is not changed by devices that are added at the end of the file', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        wishes,
        (size, more, wanted) => {
          const counted = wanted.filter(({ take }) => take !== 'rest' && 'count' in take);
          const draw = (fleet: DeviceTable) =>
            serialsOf(fleet, { order: orderOf(fleet, null), wishes: counted, named: new Set() });
          const before = draw(fleetOf(size));
          const after = draw(fleetOf(size + more));
          for (const index of counted.keys()) {
            expect(after[index]?.slice(0, before[index]?.length)).toEqual(before[index]);
          }
        },
      ),
    );
  });
});

describe('a shuffled order', () => {
  test('is the same for the same seed, whatever the order of the file', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.string({ minLength: 1 }), (size, seed) => {
        const fleet = fleetOf(size);
        const turned = { ...fleet, serials: fleet.serials.toReversed(), rows: fleet.rows.toReversed() };
        const shuffled = (table: DeviceTable) => orderOf(table, seed).map((index) => table.serials[index]);
        expect(shuffled(turned)).toEqual(shuffled(fleet));
        expect(shuffled(fleet).toSorted()).toEqual(fleet.serials.toSorted());
      }),
    );
  });

  test('keeps the order of the others when devices are added', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.string({ minLength: 1 }), (size, seed) => {
        const [less, more] = [fleetOf(size), fleetOf(size + 7)];
        const before = orderOf(less, seed);
        expect(orderOf(more, seed).filter((index) => index < size)).toEqual(before);
      }),
    );
  });

  test('is that of the SHA-256 of seed and serial, as another program reckons it', () => {
    const fleet = fleetOf(40);
    const sums = fleet.serials.map((serial) => {
      const sum = execFileSync('sha256sum', { input: `spring 7\n${serial}` }).toString();
      return `${sum.slice(0, 64)} ${serial}`;
    });
    const expected = sums.toSorted().map((line) => line.slice(65));
    expect(orderOf(fleet, 'spring 7').map((index) => fleet.serials[index])).toEqual(expected);
  });

  test('is another one for another seed', () => {
    const fleet = fleetOf(40);
    expect(orderOf(fleet, '1')).not.toEqual(orderOf(fleet, '2'));
    expect(orderOf(fleet, '1')).not.toEqual(orderOf(fleet, null));
  });

  test('of a hundred thousand is fair: what stands first in the file stands anywhere', () => {
    const order = orderOf(fleetOf(100_000), '1');
    const firstHalf = order.slice(0, 50_000).filter((index) => index < 50_000).length;
    // Six standard deviations of a hypergeometric draw.
    expect(Math.abs(firstHalf - 25_000)).toBeLessThan(6 * 79.1);
  });
});
