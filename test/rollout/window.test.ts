import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import type { Window } from '../../src/plan/rollout-plan.ts';
import { isTimeZone } from '../../src/plan/rules/windows.ts';
import { nextOpening } from '../../src/rollout/window.ts';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

/** `01:30` is 90. */
function minute(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

function windowOf(span: string, timeZone: string, days: readonly number[] = EVERY_DAY): Window {
  const [from = '', to = ''] = span.split('-');
  return { days, from: minute(from), to: minute(to), timeZone };
}

function openingAt(window: Window, now: string): readonly string[] {
  const { from, to } = nextOpening(window, Date.parse(now));
  return [from, to].map((at) => new Date(at).toISOString().slice(0, 16));
}

test('whatever is let pass as a time zone can be reckoned with', () => {
  const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  const short = letters.flatMap((a) => letters.map((b) => `${a}${b}T`));
  const zones = [...Intl.supportedValuesOf('timeZone'), ...short, ...short.map((name) => name.toLowerCase())];
  const taken = zones.filter(isTimeZone);
  for (const timeZone of taken)
    expect(() => nextOpening(windowOf('01:00-05:00', timeZone), 0), timeZone).not.toThrow();
  expect(taken).toEqual(expect.arrayContaining(['Asia/Taipei', 'CET', 'GMT', 'EST']));
  for (const name of ['PST', 'pst', 'IST', 'BST', 'AET']) expect(taken).not.toContain(name);
});

describe('a window', () => {
  const taipei = windowOf('01:00-05:00', 'Asia/Taipei', [1, 2, 3, 4]);

  test.each([
    ['before it opens', '2026-01-05T12:00Z', ['2026-01-05T17:00', '2026-01-05T21:00']],
    ['the moment that it opens', '2026-01-05T17:00Z', ['2026-01-05T17:00', '2026-01-05T21:00']],
    ['within it', '2026-01-05T20:59:59.999Z', ['2026-01-05T17:00', '2026-01-05T21:00']],
    ['the moment that it closes', '2026-01-05T21:00Z', ['2026-01-06T17:00', '2026-01-06T21:00']],
    // Thursday's is over: Friday to Sunday are none of its days.
    ['before its days off', '2026-01-07T21:00Z', ['2026-01-11T17:00', '2026-01-11T21:00']],
  ])('is told %s', (_, now, opening) => {
    expect(openingAt(taipei, now)).toEqual(opening);
  });

  test('over midnight belongs to the day on which it opens', () => {
    const friday = windowOf('22:00-04:00', 'Europe/Berlin', [5]);
    expect(openingAt(friday, '2026-01-10T02:00Z')).toEqual(['2026-01-09T21:00', '2026-01-10T03:00']);
    expect(openingAt(friday, '2026-01-10T03:00Z')).toEqual(['2026-01-16T21:00', '2026-01-17T03:00']);
  });

  test('of a whole day ends as the next one begins', () => {
    const sunday = windowOf('00:00-24:00', 'America/New_York', [7]);
    expect(openingAt(sunday, '2026-01-05T12:00Z')).toEqual(['2026-01-11T05:00', '2026-01-12T05:00']);
  });

  test.each([
    // Berlin's clock goes from 02:00 to 03:00 on 2026-03-29, and from 03:00 to 02:00 on 2026-10-25.
    ['01:00-05:00', '2026-03-28T12:00Z', ['2026-03-29T00:00', '2026-03-29T03:00']],
    ['02:30-05:00', '2026-03-28T12:00Z', ['2026-03-29T01:30', '2026-03-29T03:00']],
    ['01:00-02:30', '2026-03-28T12:00Z', ['2026-03-29T00:00', '2026-03-29T01:30']],
    ['02:10-02:50', '2026-03-28T12:00Z', ['2026-03-29T01:10', '2026-03-29T01:50']],
    ['01:00-05:00', '2026-10-24T12:00Z', ['2026-10-24T23:00', '2026-10-25T04:00']],
    ['02:30-05:00', '2026-10-24T12:00Z', ['2026-10-25T00:30', '2026-10-25T04:00']],
    ['02:10-02:50', '2026-10-24T12:00Z', ['2026-10-25T00:10', '2026-10-25T00:50']],
    ['22:00-02:30', '2026-10-24T12:00Z', ['2026-10-24T20:00', '2026-10-25T00:30']],
    // Its end would be no later than its beginning, which is moved to 03:30.
    ['02:30-03:00', '2026-03-28T12:00Z', ['2026-03-29T01:30', '2026-03-29T02:00']],
    ['02:30-03:30', '2026-03-28T12:00Z', ['2026-03-29T01:30', '2026-03-29T02:30']],
    ['02:30-03:45', '2026-03-28T12:00Z', ['2026-03-29T01:30', '2026-03-29T01:45']],
  ])('%s in Berlin, across a change of its clock, is told from %s', (span, now, opening) => {
    expect(openingAt(windowOf(span, 'Europe/Berlin'), now)).toEqual(opening);
  });

  test('in a zone that changes its clock by half an hour, or skips a whole day', () => {
    const lordHowe = windowOf('01:45-03:00', 'Australia/Lord_Howe');
    expect(openingAt(lordHowe, '2026-10-03T12:00Z')).toEqual(['2026-10-03T15:15', '2026-10-03T16:00']);
    // Samoa had no 30 December 2011.
    const samoa = windowOf('10:00-12:00', 'Pacific/Apia');
    const { from, to } = nextOpening(samoa, Date.parse('2011-12-30T00:00Z'));
    expect(to - from).toBe(7_200_000);
  });

  const windows = fc
    .record({
      days: fc.subarray(EVERY_DAY, { minLength: 1 }),
      from: fc.integer({ min: 0, max: 1439 }),
      to: fc.integer({ min: 0, max: 1440 }),
      timeZone: fc.constantFrom(
        'UTC',
        'Europe/Berlin',
        'America/New_York',
        'Australia/Lord_Howe',
        'Asia/Taipei',
      ),
    })
    .filter(({ from, to }) => from !== to);
  const moments = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 11, 31) });

  test('is open, or opens within eight days and a change of the clock, and is never turned around', () => {
    fc.assert(
      fc.property(windows, moments, (window, now) => {
        const { from, to } = nextOpening(window, now);
        expect(to).toBeGreaterThan(now);
        expect(to).toBeGreaterThan(from);
        expect(from - now).toBeLessThanOrEqual((8 * 24 + 1) * 3_600_000);
        expect(to - from).toBeLessThanOrEqual(25 * 3_600_000);
      }),
    );
  });

  const nights = fc
    .record({ from: fc.integer({ min: 0, max: 300 }), to: fc.integer({ min: 0, max: 300 }) })
    .filter(({ from, to }) => from !== to);
  // Nights in which the clock is put forward, and back.
  const CHANGES = [
    ['Europe/Berlin', '2026-03-28T18:00Z'],
    ['Europe/Berlin', '2026-10-24T18:00Z'],
    ['America/New_York', '2026-03-07T20:00Z'],
    ['America/New_York', '2026-10-31T20:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T08:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T08:00Z'],
  ] as const;

  test('opens each night once, and never backwards, when the clock is changed in it', () => {
    fc.assert(
      fc.property(nights, fc.constantFrom(...CHANGES), ({ from, to }, [timeZone, evening]) => {
        const window = { days: EVERY_DAY, from, to, timeZone };
        let now = Date.parse(evening) - 2 * 86_400_000;
        const openings = Array.from({ length: 5 }, () => {
          const opening = nextOpening(window, now);
          now = opening.to;
          return opening;
        });
        for (const [index, opening] of openings.entries()) {
          expect(opening.to).toBeGreaterThan(opening.from);
          const next = openings[index + 1];
          if (next === undefined) continue;
          const hours = (next.from - opening.from) / 3_600_000;
          // A day, longer or shorter by no more than the clock was changed by.
          expect(Math.abs(hours - 24)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('opens when the clock on the wall says so, by another reckoning of it', () => {
    fc.assert(
      fc.property(windows, moments, (window, now) => {
        const { from } = nextOpening(window, now);
        const parts = new Intl.DateTimeFormat('en-GB', {
          timeZone: window.timeZone,
          weekday: 'short',
          hour: '2-digit',
          minute: '2-digit',
          hourCycle: 'h23',
        }).formatToParts(from);
        const told = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
        const shown = Number(told('hour')) * 60 + Number(told('minute'));
        // A time that the clock skips is told by as much later as the clock is put forward.
        expect([0, 30, 60]).toContain(shown - window.from);
        const day = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(told('weekday')) + 1;
        expect(window.days).toContain(day);
      }),
    );
  });
});
