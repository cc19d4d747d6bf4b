import { execFileSync } from 'node:child_process';
import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { count, list, nearest, printable, quoteForShell, renderNumber } from '../../src/base/text.ts';

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

describe('a word for a shell', () => {
  test.each([
    ['canary/1', 'canary/1'],
    ['fleet_a.yaml', 'fleet_a.yaml'],
    ['', "''"],
    ['the others/1', "'the others/1'"],
    ["it's", "'it'\\''s'"],
    ['$HOME', "'$HOME'"],
    ['~/state', "'~/state'"],
    ['a=b', "'a=b'"],
    ['台北/1', "'台北/1'"],
    ["a\u001b[2J'b\\", "$'a\\u001b[2J\\'b\\\\'"],
  ])('%j is %s', (text, word) => {
    expect(quoteForShell(text)).toBe(word);
  });

  test('is read back by a shell as the text that it was', () => {
    const texts = fc.sample(fc.string({ unit: 'binary', minLength: 0, maxLength: 20 }), {
      numRuns: 200,
      seed: 1,
    });
    // No argument of a program holds a NUL.
    const words = texts.map((text) => text.replaceAll('\0', ''));
    const script = `printf '%s\\0' ${words.map(quoteForShell).join(' ')}`;
    const read = execFileSync('bash', ['-c', script], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    expect(read.split('\0').slice(0, -1)).toEqual(words);
    expect(words.map(quoteForShell).join(' ')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });
});
