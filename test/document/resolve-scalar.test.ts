import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { resolveScalar } from '../../src/document/build-value.ts';

describe('an unquoted scalar', () => {
  test.each([
    ['', null],
    ['~', null],
    ['null', null],
    ['Null', null],
    ['true', true],
    ['TRUE', true],
    ['False', false],
    ['1', 1],
    ['-1', -1],
    ['+1', 1],
    ['007', 7],
    ['0o17', 15],
    ['0x1F', 31],
    ['1.10', 1.1],
    ['1e3', 1000],
    ['1234e5', 123400000],
    ['.5', 0.5],
    ['5.', 5],
    ['.inf', Infinity],
    ['-.INF', -Infinity],
    ['.nan', NaN],
    ['12345678901234567890123456789012', 12345678901234567890123456789012],
    ['yes', 'yes'],
    ['no', 'no'],
    ['on', 'on'],
    ['2024-01-01', '2024-01-01'],
    ['12:30', '12:30'],
    ['0b11', '0b11'],
    ['1_000', '1_000'],
    ['tRUE', 'tRUE'],
    ['.', '.'],
    ['e5', 'e5'],
    ['-', '-'],
    ['0xZZ', '0xZZ'],
  ])('%j is %j', (text, value) => {
    expect(resolveScalar(text)).toEqual(value);
  });

  test('is what the core schema of the yaml package says', () => {
    const pieces = fc.constantFrom(
      '0',
      '1',
      '7',
      '9',
      'o',
      'x',
      'e',
      'E',
      '.',
      '-',
      '+',
      'a',
      'F',
      'inf',
      'NaN',
      'true',
      'null',
      '~',
    );
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 6 }), (parts) => {
        const text = parts.join('');
        const document = parseDocument(`a: ${text}`);
        fc.pre(document.errors.length === 0);
        const { a: value } = document.toJS() as { readonly a: unknown };
        fc.pre(typeof value !== 'object' || value === null);
        expect(resolveScalar(text)).toEqual(value);
      }),
      { numRuns: 5_000 },
    );
  });
});
