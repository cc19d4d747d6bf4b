import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { CLOCK_NOISE_MS, learnClock, offsetOf } from '../../src/allxon/server-clock.ts';
import type { ClockEstimate } from '../../src/allxon/server-clock.ts';

const NOW = Date.UTC(2026, 0, 5, 8, 15, 30);

function dateOf(at: number): string {
  return new Date(at).toUTCString();
}

/** What an answer tells that the server, `aheadMs` ahead of us, wrote half way between sending and receiving. */
function learnFrom(known: ClockEstimate | null, answer: { aheadMs: number; at?: number; tookMs?: number }) {
  const { aheadMs, at = NOW, tookMs = 100 } = answer;
  const date = dateOf(at + tookMs / 2 + aheadMs);
  return learnClock(known, { sentAt: at, answeredAt: at + tookMs, date });
}

test('an answer tells a span of a second and the time that it took', () => {
  const exchange = { sentAt: NOW, answeredAt: NOW + 200, date: dateOf(NOW + 60_000) };
  expect(learnClock(null, exchange)).toEqual({ leastMs: 59_800, mostMs: 61_000 });
});

test('spans of several answers are intersected', () => {
  const first = learnFrom(null, { aheadMs: 60_300, tookMs: 4_000 });
  const second = learnFrom(first, { aheadMs: 60_300, at: NOW + 10_350, tookMs: 100 });
  expect(second).toEqual({ leastMs: 59_550, mostMs: 60_650 });
});

test('the true difference always lies within the span, and the span never widens', () => {
  const answers = fc.array(fc.record({ gapMs: fc.nat(60_000), tookMs: fc.nat(30_000), part: fc.nat(100) }), {
    minLength: 1,
  });
  const difference = fc.integer({ min: -86_400_000, max: 86_400_000 });
  fc.assert(
    fc.property(difference, answers, (aheadMs, given) => {
      let known: ClockEstimate | null = null;
      let at = NOW;
      for (const { gapMs, tookMs, part } of given) {
        at += gapMs;
        const date = dateOf(at + (tookMs * part) / 100 + aheadMs);
        const next = learnClock(known, { sentAt: at, answeredAt: at + tookMs, date });
        if (next === null) throw new Error('an answer with a date taught nothing');
        expect(next.leastMs).toBeLessThanOrEqual(aheadMs);
        expect(next.mostMs).toBeGreaterThanOrEqual(aheadMs);
        if (known !== null)
          expect(next.mostMs - next.leastMs).toBeLessThanOrEqual(known.mostMs - known.leastMs);
        known = next;
        at += tookMs;
      }
    }),
  );
});

test('a clock that was set is believed at once', () => {
  const before = learnFrom(null, { aheadMs: 0 });
  const after = learnFrom(before, { aheadMs: 600_000, at: NOW + 60_000 });
  expect(after).toEqual(learnFrom(null, { aheadMs: 600_000, at: NOW + 60_000 }));
});

describe('an answer teaches nothing', () => {
  const known: ClockEstimate = { leastMs: 1, mostMs: 2 };

  test.each([
    ['without a date', { sentAt: NOW, answeredAt: NOW, date: undefined }],
    ['with a date that is none', { sentAt: NOW, answeredAt: NOW, date: 'soon' }],
    ['during which our clock was set back', { sentAt: NOW, answeredAt: NOW - 1, date: dateOf(NOW) }],
  ])('%s', (_, exchange) => {
    expect(learnClock(known, exchange)).toBe(known);
    expect(learnClock(null, exchange)).toBeNull();
  });
});

describe('the offset', () => {
  test.each<[string, ClockEstimate, number]>([
    ['is 0 where the clocks agree', { leastMs: -100, mostMs: 900 }, 0],
    ['is 0 within the noise ahead', { leastMs: CLOCK_NOISE_MS, mostMs: CLOCK_NOISE_MS + 1_000 }, 0],
    ['is 0 within the noise behind', { leastMs: -CLOCK_NOISE_MS - 1_000, mostMs: -CLOCK_NOISE_MS }, 0],
    [
      'is the middle of the span just beyond it',
      { leastMs: CLOCK_NOISE_MS + 1, mostMs: CLOCK_NOISE_MS + 1_000 },
      2_501,
    ],
    ['is negative where the server is behind', { leastMs: -300_500, mostMs: -299_500 }, -300_000],
    ['is 0 where a slow answer leaves everything open', { leastMs: -30_000, mostMs: 31_000 }, 0],
  ])('%s', (_, estimate, expected) => {
    expect(offsetOf(estimate)).toBe(expected);
  });
});
