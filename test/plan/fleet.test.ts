import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { codesOf, HEAD, load } from './files.ts';

const PLAN = `${HEAD}fleet: { file: fleet/cameras.csv, serialColumn: device, order: listed }
waves:
  - name: canary
    devices: [c3]
  - name: corner
    take: 1
    where: { place: 'corner, 2nd "floor"' }
  - name: second floor
    take: 50%
    where: { floor: 2 }
  - name: everyone else
    take: rest
`;

const ROWS = [
  'c1,taipei,2,cafe',
  'c2,taipei,2,"corner, 2nd ""floor"""',
  'c3,berlin,02,lobby',
  '"c4",berlin , 2 ,"two\nlines"',
  '1234e5,berlin,3,lobby',
];

function wavesOf(rows: readonly string[], text = PLAN): readonly (readonly string[])[] {
  const file = `\ufeffdevice, site ,floor,place\r\n${rows.join('\r\n')}\r\n`;
  const { plan, diagnostics } = load(text, { 'fleet/cameras.csv': file });
  expect(diagnostics).toEqual([]);
  return present(plan, 'the plan').waves.map(({ devices }) => devices);
}

describe('waves that draw from a fleet', () => {
  test('get what the file tells, with a BOM, quoted fields, spaces around them and rows of several lines', () => {
    expect(wavesOf(ROWS)).toEqual([['c3'], ['c2'], ['c1', 'c4'], ['1234e5']]);
  });

  test('compare text as it is written: `02` is not `2`', () => {
    expect(wavesOf(ROWS, PLAN.replace('{ floor: 2 }', '{ floor: [02, 3] }'))).toEqual([
      ['c3'],
      ['c2'],
      ['1234e5'],
      ['c1', 'c4'],
    ]);
  });

  test('of counts stay as they are when devices are added at the end of the file', () => {
    const counted = PLAN.replace('50%', '2');
    const more = [...ROWS, 'c6,osaka,2,cafe', 'c7,osaka,2,cafe'];
    expect(wavesOf(more, counted).slice(0, 3)).toEqual(wavesOf(ROWS, counted).slice(0, 3));
    expect(wavesOf(more, counted)[3]).toEqual(['1234e5', 'c6', 'c7']);
  });

  test('depend on the seed as it is written, and not on the order of the rows', () => {
    const shuffled = (seed: string) => PLAN.replace('order: listed', `order: shuffled, seed: ${seed}`);
    const plan = shuffled('1.10').replace('50%', '20%').replace('    where: { floor: 2 }\n', '');
    expect(wavesOf(ROWS.toReversed(), plan)).toEqual(wavesOf(ROWS, plan));
    expect(wavesOf(ROWS, plan.replace('1.10', "'1.10'"))).toEqual(wavesOf(ROWS, plan));
    const orders = ['1.1', '1.10', '2', '3', '4'].map((seed) =>
      wavesOf(ROWS, plan.replace('1.10', seed)).slice(2).flat().join(),
    );
    expect(new Set(orders).size).toBeGreaterThan(1);
  });

  test('that name all of a file of bare serials leave nothing to draw', () => {
    const text = `${HEAD}fleet: { file: all.txt }\nwaves:\n  - name: one\n    devices: { file: all.txt }\n  - name: two\n    take: rest\n`;
    expect(codesOf(load(text, { 'all.txt': 'a\nb\n' }))).toEqual(['wave-draws-nothing']);
  });

  test('say nothing of what they draw while the file, or a list of another wave, cannot be trusted', () => {
    const text = `${HEAD}fleet: { file: all.txt }\nwaves:\n  - name: one\n    devices: { file: none.txt }\n  - name: two\n    take: 5\n`;
    expect(codesOf(load(text, { 'all.txt': 'a\nb\n' }))).toEqual(['file-missing']);
    expect(codesOf(load(text, { 'none.txt': 'c\n', 'all.txt': 'a\na\n' }))).toEqual([
      'duplicate-fleet-device',
    ]);
  });
});
