import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import {
  countEnded,
  hazardOf,
  joinExperience,
  learnEnded,
  learnOpen,
  NO_EXPERIENCE,
} from '../../src/rollout/experience.ts';
import type { Experience } from '../../src/rollout/experience.ts';

const DAY_MS = 86_400_000;

const durations = fc.array(fc.integer({ min: 0, max: 30 * DAY_MS }), { maxLength: 50 });

/** Devices that ended after exactly these times. */
function ended(...timesMs: readonly number[]): Experience {
  return learnEnded(
    NO_EXPERIENCE,
    timesMs.map((ms) => ({ afterMs: ms, byMs: ms })),
  );
}

function times(count: number, ms: number): readonly number[] {
  return Array.from({ length: count }, () => ms);
}

/** The chance that a device which is open at `fromMs` ends by `toMs`. */
function chance(experience: Experience, fromMs: number, toMs: number): number {
  const hazard = hazardOf(experience);
  return -Math.expm1(hazard(fromMs) - hazard(toMs));
}

describe('experience of device times', () => {
  test('is the same in whatever order and portions it is gathered', () => {
    fc.assert(
      fc.property(durations, durations, fc.nat({ max: DAY_MS }), (first, second, ageMs) => {
        const whole = learnOpen(ended(...second, ...first), 3, ageMs);
        const joined = joinExperience(learnOpen(ended(...first), 3, ageMs), ended(...second));
        expect(joined).toEqual(whole);
        expect(countEnded(joined)).toBe(first.length + second.length);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('takes no more room for 100,000 devices than for none', () => {
    const many = ended(...times(100_000, 61_000));
    expect(many.ended).toHaveLength(NO_EXPERIENCE.ended.length);
    expect(NO_EXPERIENCE.ended.length).toBeLessThan(100);
    expect(countEnded(many)).toBe(100_000);
  });

  test('leaves what it adds to as it was', () => {
    const before = structuredClone(NO_EXPERIENCE);
    learnOpen(ended(1_000, 2_000), 5, 3_000);
    expect(NO_EXPERIENCE).toEqual(before);
  });

  test('takes a device seen to end between two polls for one that ended half-way', () => {
    expect(learnEnded(NO_EXPERIENCE, [{ afterMs: 40_000, byMs: 80_000 }])).toEqual(ended(60_000));
  });

  test('counts ages of more than its last span in that span', () => {
    expect(ended(60 * DAY_MS)).toEqual(ended(7 * DAY_MS));
  });
});

describe('the hazard that experience tells', () => {
  test('is none where nothing is known, however many devices are open', () => {
    expect(chance(learnOpen(NO_EXPERIENCE, 1000, 60_000), 0, DAY_MS)).toBeCloseTo(0, 12);
  });

  test('grows with the age, from nothing', () => {
    fc.assert(
      fc.property(durations, fc.nat({ max: 100 }), fc.nat({ max: DAY_MS }), (ends, open, ageMs) => {
        const hazard = hazardOf(learnOpen(ended(...ends), open, ageMs));
        expect(hazard(0)).toBe(0);
        for (let age = 1_000; age < 10 * DAY_MS; age *= 1.7) {
          expect(hazard(age)).toBeLessThanOrEqual(hazard(age * 1.7));
        }
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  test('is where the devices ended, and little before', () => {
    const experience = ended(...times(500, 300_000));
    expect(chance(experience, 0, 200_000)).toBeLessThan(0.001);
    expect(chance(experience, 200_000, 400_000)).toBeGreaterThan(0.95);
  });

  test('tells how many of those open end', () => {
    const half = learnOpen(ended(...times(500, 60_000)), 500, 600_000);
    expect(chance(half, 30_000, 90_000)).toBeCloseTo(0.5, 1);
  });

  test('counts a device that was last seen open within a span for half of that span', () => {
    const seenLately = learnOpen(ended(...times(100, 60_000)), 100, 60_000);
    const seenLater = learnOpen(ended(...times(100, 60_000)), 50, 600_000);
    expect(hazardOf(seenLately)(60_000)).toBeCloseTo(hazardOf(seenLater)(60_000), 12);
  });

  test('is lower for every device that was open and did not end', () => {
    const experience = ended(...times(20, 60_000));
    const patient = learnOpen(experience, 20, 120_000);
    expect(chance(patient, 0, 90_000)).toBeLessThan(chance(experience, 0, 90_000));
  });

  test('of ages that no device has reached carries on as it was, and dies out where devices stay open', () => {
    const experience = ended(...times(50, 60_000));
    const stuck = learnOpen(experience, 20, 3_600_000);
    expect(chance(experience, 1_200_000, 2_400_000)).toBeGreaterThan(0.9);
    expect(chance(stuck, 1_200_000, 2_400_000)).toBeLessThan(0.01);
  });
});
