import { describe, expect, test } from 'vitest';
import { count, list, nearest, printable, renderNumber } from '../../src/base/text.ts';

test.each([
  [1, '1 device'],
  [0, '0 devices'],
  [12_000, '12,000 devices'],
])('%i is counted as %s', (n, text) => {
  expect(count(n, 'device')).toBe(text);
});

test('numbers get their thousands', () => {
  expect([999, 1000, 1_234_567].map(renderNumber)).toEqual(['999', '1,000', '1,234,567']);
});

describe('the nearest word', () => {
  const keys = ['waves', 'name', 'maxFailures', 'minSuccess', 'timeout'];
  test.each([
    ['wavs', 'waves'],
    ['nmae', 'name'],
    ['max_failures', 'maxFailures'],
    ['MinSuccess', 'minSuccess'],
    ['timout', 'timeout'],
    ['zzz', null],
    ['', null],
  ])('to %j is %j', (text, expected) => {
    expect(nearest(text, keys)).toBe(expected);
  });
});

test('what a terminal would obey is made visible', () => {
  expect(printable('a\u001b[2Jb\u202ec\u0007\nd')).toBe('a\\u001b[2Jb\\u202ec\\u0007\\u000ad');
  expect(printable('台北 é')).toBe('台北 é');
});

test('a long list names some and counts the rest', () => {
  expect(list(['a', 'b', 'c'], 3)).toBe('a, b, c');
  expect(list(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
});
