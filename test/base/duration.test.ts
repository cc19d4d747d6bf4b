import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { parseDuration, renderDuration, renderElapsed } from '../../src/base/duration.ts';

describe('a duration', () => {
  test.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['250ms', 250],
    ['1d2h3m4s5ms', 93_784_005],
    ['0s', 0],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(['', '5', 'm', '1.5h', '-5m', '30 m', '30m1h', '1h1h', '1mo', 'PT1H', '5M', '1s500', '٣s'])(
    'is not %j',
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );

  test('is written as it is read', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), (ms) => {
        expect(parseDuration(renderDuration(ms))).toBe(ms);
      }),
    );
  });
});

test.each([
  [0, '0s'],
  [59_999, '59s'],
  [245_000, '4m05s'],
  [3_600_000, '1h00m'],
  [183_600_000, '2d3h'],
  [-5, '0s'],
])('%i ms is shown as %s', (ms, text) => {
  expect(renderElapsed(ms)).toBe(text);
});
