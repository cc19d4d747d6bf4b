import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { displayWidth, fitTo, listWithin, padTo, wrapTo } from '../../src/base/columns.ts';

const RED = '\u001b[31m';
const PLAIN = '\u001b[39m';

describe('the width of a text', () => {
  test.each([
    ['', 0],
    ['berlin', 6],
    ['München', 7],
    ['Mu\u0308nchen', 7],
    ['台北', 4],
    ['サイト１', 8],
    ['🚀 go', 5],
    ['👩‍💻', 2],
    ['✔ ok', 4],
    ['…', 1],
    [`${RED}berlin${PLAIN}`, 6],
  ])('%s', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('a text that is too wide', () => {
  test.each([
    ['everyone else', 13, 'everyone else'],
    ['everyone else', 12, 'everyone el…'],
    ['everyone else', 1, '…'],
    ['everyone else', 0, ''],
    ['台北台北', 7, '台北台…'],
    ['台北台北', 6, '台北…'],
    [`${RED}failed${PLAIN} a, b`, 8, `${RED}failed${PLAIN} …\u001b[0m`],
  ])('%j in %i columns ends with a mark', (text, columns, fitted) => {
    expect(fitTo(text, columns)).toBe(fitted);
  });

  test('never takes more room than there is', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', ' ', '台', '🚀', 'e\u0301', `${RED}x${PLAIN}`) });
    fc.assert(
      fc.property(texts, fc.integer({ min: 0, max: 40 }), (text, columns) => {
        expect(displayWidth(fitTo(text, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

test('padding counts columns and not characters', () => {
  expect(padTo('台北', 6)).toBe('台北  ');
  expect(padTo('berlin', 3)).toBe('berlin');
});

describe('breaking at spaces', () => {
  test('keeps the first line’s indentation and gives the others their own', () => {
    expect(wrapTo('  Why  one two three four', 15, 7)).toEqual([
      '  Why  one two',
      '       three',
      '       four',
    ]);
  });

  test('indents by no more than half of a line, and begins none with the spaces it was broken at', () => {
    expect(wrapTo('  the others          passed  2 of 2 success', 20, 24)).toEqual([
      '  the others',
      '          passed  2',
      '          of 2',
      '          success',
    ]);
  });

  test('keeps a word whole that is longer than a line', () => {
    expect(wrapTo('id a41c03c45e1c11ec9389bba7faa790bc end', 12, 2)).toEqual([
      'id',
      '  a41c03c45e1c11ec9389bba7faa790bc',
      '  end',
    ]);
  });

  test('loses no word', () => {
    const words = fc.array(
      fc.string({ unit: 'grapheme-ascii', minLength: 1 }).filter((word) => !word.includes(' ')),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 60 }), (all, columns) => {
        const text = all.join(' ');
        expect(wrapTo(text, columns, 2).join(' ').trim().split(/ +/)).toEqual(text.split(' '));
      }),
    );
  });
});

describe('a list in little room', () => {
  const serials = ['berlin-1', 'berlin-2', 'berlin-3'];
  test.each([
    [40, 3, 'berlin-1, berlin-2, berlin-3'],
    [40, 1203, 'berlin-1, berlin-2 and 1,201 more'],
    [27, 3, 'berlin-1 and 2 more'],
    [19, 3, 'berlin-1 and 2 more'],
    [10, 3, 'berlin-1 …'],
  ])('of %i columns names as many of %i as fit', (columns, total, text) => {
    expect(listWithin(serials, total, columns)).toBe(text);
  });
});
