/** Windows that never open, and time zones that there are not. */
import { nearest } from '../../base/text.ts';
import type { Diagnostic, Place } from '../../diagnostics/diagnostic.ts';
import { makeError } from '../../diagnostics/make-diagnostic.ts';
import type { WindowDocument } from '../plan-document.ts';

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
            facts: { timeZone, nearest: nearest(timeZone, Intl.supportedValuesOf('timeZone')) },
          }),
        ]),
  ]);
}

/** An offset such as `+08:00` is none: it knows nothing of summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
