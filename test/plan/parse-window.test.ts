import fc from '../kit/fast-check.ts';
import { expect, test } from 'vitest';
import { describeWindow, parseWindow } from '../../src/plan/window.ts';
import { DAYS } from '../../src/plan/rollout-plan.ts';

test.each([
  ['01:00-05:00 Asia/Taipei', { days: [1, 2, 3, 4, 5, 6, 7], from: 60, to: 300, timeZone: 'Asia/Taipei' }],
  ['mon-thu 22:30-24:00 UTC', { days: [1, 2, 3, 4], from: 1350, to: 1440, timeZone: 'UTC' }],
  [
    'fri-mon 22:00 - 04:00 Europe/Berlin',
    { days: [1, 5, 6, 7], from: 1320, to: 240, timeZone: 'Europe/Berlin' },
  ],
  ['wed, mon 00:00 to 24:00 UTC', { days: [1, 3], from: 0, to: 1440, timeZone: 'UTC' }],
])('%s is a window', (text, window) => {
  expect(parseWindow(text)).toEqual(window);
});

test.each([
  ['', /^"" is not a window/],
  ['always', /^"always" is not a window/],
  ['01:00-05:00', /^"01:00-05:00" is not a window/],
  ['24:00-05:00 UTC', /^24:00 is not a time of day from 00:00 to 23:59/],
  ['01:60-05:00 UTC', /^01:60 is not a time/],
  ['01:00-24:01 UTC', /^24:01 is not a time of day from 00:00 to 24:00/],
  ['01:00-01:00 UTC', /^the window opens and closes at 01:00/],
  ['01:00-05:00 Taipei', /^Taipei is not a time zone; did you mean Asia\/Taipei\?/],
  ['01:00-05:00 +08:00', /^\+08:00 is not a time zone; write an IANA name/],
  ['mon-tus 01:00-05:00 UTC', /^"tus" is not a day; did you mean tue\?/],
  ['xyz 01:00-05:00 UTC', /^"xyz" is not a day; expected one of mon, /],
])('%j is none, and it is said why', (text, why) => {
  expect(parseWindow(text)).toMatch(why);
});

test('what a window is described as can be typed', () => {
  const minute = fc.integer({ min: 0, max: 1439 });
  const window = fc.record({
    days: fc.subarray(
      DAYS.map((_, index) => index + 1),
      { minLength: 1 },
    ),
    from: minute,
    to: fc.integer({ min: 0, max: 1440 }),
    timeZone: fc.constant('Asia/Taipei'),
  });
  fc.assert(
    fc.property(window, (one) => {
      fc.pre(one.from !== one.to);
      const text = describeWindow(one).replace('every day ', '').replace(' (the day after)', '');
      expect(parseWindow(text)).toEqual(one);
    }),
  );
});
