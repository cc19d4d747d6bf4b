/** Checks for windows that never open, and for unknown time zones. */
import { nearest } from '../../base/text.ts';
import type { Place } from '../../findings/source-place.ts';
import { makeError } from '../../findings/findings.ts';
import type { WindowDocument } from '../plan-document.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';

/** A window with its places. */
export type WrittenWindow = {
  readonly window: WindowDocument;
  readonly placeOf: (key: keyof WindowDocument) => Place;
};

export function checkWindows(written: readonly WrittenWindow[]): readonly Diagnostic[] {
  return written.flatMap(({ window: { from, to, timeZone }, placeOf }) => [
    ...(from === to
      ? [makeError({ code: 'window-never-opens', place: placeOf('to'), facts: { at: from } })]
      : []),
    ...(isTimeZone(timeZone)
      ? []
      : [
          makeError({
            code: 'time-zone-unknown',
            place: placeOf('timeZone'),
            facts: { timeZone, nearest: nearestTimeZone(timeZone) },
          }),
        ]),
  ]);
}

/**
 * An offset such as `+08:00` is not a time zone: it has no daylight saving time. An abbreviation such as `IST` is not one
 * either: it means different zones in India, Israel and Ireland, and the calculation of windows refuses it.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name) || isAbbreviation(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The abbreviations in the IANA database that mean one zone each. */
const SHORT_ZONES = new Set(['CET', 'EET', 'EST', 'GMT', 'HST', 'MET', 'MST', 'UCT', 'WET']);

function isAbbreviation(name: string): boolean {
  return /^[a-z]{2}t$/i.test(name) && !SHORT_ZONES.has(name.toUpperCase());
}

/** Compares the whole name, or the name of the city. */
export function nearestTimeZone(name: string): string | null {
  const zones = Intl.supportedValuesOf('timeZone');
  const city = name.toLowerCase().replaceAll(' ', '_');
  const ofCity = zones.find((zone) => zone.toLowerCase().endsWith(`/${city}`));
  return ofCity ?? nearest(name, zones);
}
