import { expect, test } from 'vitest';
import { displayWidth } from '../../src/base/columns.ts';
import { fitNames, nameColumns } from '../../src/base/fit-names.ts';
import fc from '../kit/fast-check.ts';

test.each<[string, readonly string[], number, readonly string[]]>([
  ['that have room stay whole', ['canary', 'rest'], 6, ['canary', 'rest']],
  [
    'keep their start and their end',
    ['berlin-store-north-17', 'berlin-store-north-18'],
    16,
    ['berlin-sto…th-17', 'berlin-sto…th-18'],
  ],
  [
    'keep more of the end where the difference is there',
    ['fourteen-1-and-more', 'fourteen-2-and-more'],
    14,
    ['fou…1-and-more', 'fou…2-and-more'],
  ],
])('names %s', (_, names, columns, expected) => {
  expect(fitNames(names, columns)).toEqual(expected);
});

test('names that are alike at both ends show where they differ', () => {
  const names = ['a', 'b'].flatMap((store) =>
    ['1', '2'].map(
      (rack) => `${'berlin-'.repeat(3)}${store}${'-floor'.repeat(3)}${rack}${'-device'.repeat(2)}`,
    ),
  );
  const fitted = fitNames(names, 20);
  expect(new Set(fitted).size).toBe(4);
  for (const name of fitted) expect(displayWidth(name)).toBeLessThanOrEqual(20);
});

test('the same name is cut alike, and a wide one by its columns', () => {
  expect(fitNames(['門市-臺北-一號店', '門市-臺北-一號店'], 10)).toEqual(['門市-臺…店', '門市-臺…店']);
});

test('names with a common start of any length stay different, and none is too wide', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}[0-9]{2}$/), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 0, max: 50 }),
      fc.integer({ min: 0, max: 20 }),
      (names, start, end) => {
        const long = names.map((name) => `${'s'.repeat(start)}${name}${'e'.repeat(end)}`);
        const fitted = fitNames(long, 20);
        expect(new Set(fitted).size).toBe(names.length);
        for (const name of fitted) expect(displayWidth(name)).toBeLessThanOrEqual(20);
      },
    ),
  );
});

test('a terminal of 40 columns gives a name half of them', () => {
  expect([0, 40, 80, 200].map(nameColumns)).toEqual([1, 20, 32, 32]);
});
