/** Windows that never open, and time zones that there are not. */
import { nearest } from '../../base/text.ts';
import type { Place } from '../../findings/source-place.ts';
import { makeError } from '../../findings/findings.ts';
import type { WindowDocument } from '../plan-document.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';

/** A window where it is written. */
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
 * An offset such as `+08:00` is none: it knows nothing of summer time. Neither is an abbreviation such as `IST`, which means
 * one zone in India and others in Israel and Ireland: what reckons with windows refuses it, too.
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

/** The abbreviations that are in the IANA database, each for one zone. */
const SHORT_ZONES = new Set(['CET', 'EET', 'EST', 'GMT', 'HST', 'MET', 'MST', 'UCT', 'WET']);

function isAbbreviation(name: string): boolean {
  return /^[a-z]{2}t$/i.test(name) && !SHORT_ZONES.has(name.toUpperCase());
}

/** By the whole name, or by that of its city. */
export function nearestTimeZone(name: string): string | null {
  const zones = Intl.supportedValuesOf('timeZone');
  const city = name.toLowerCase().replaceAll(' ', '_');
  const ofCity = zones.find((zone) => zone.toLowerCase().endsWith(`/${city}`));
  return ofCity ?? nearest(name, zones);
}
