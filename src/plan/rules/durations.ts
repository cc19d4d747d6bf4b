/** Durations that are durations, but not of this world. */
import { parseDuration, renderDuration } from '../../base/duration.ts';
import type { Place } from '../../findings/source-place.ts';
import { makeError } from '../../findings/findings.ts';
import { DURATION_MS_MAX } from '../limits.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';

/** A duration where it is written; `leastMs` is the shortest that makes sense there. */
export type WrittenDuration = {
  readonly key: string;
  readonly text: string;
  readonly place: Place;
  readonly leastMs: number;
};

export function checkDurations(written: readonly WrittenDuration[]): readonly Diagnostic[] {
  return written
    .filter(({ text, leastMs }) => {
      const ms = parseDuration(text) ?? 0;
      return ms < leastMs || ms > DURATION_MS_MAX;
    })
    .map(({ key, place, leastMs }) => {
      const facts = { key, least: renderDuration(leastMs), most: renderDuration(DURATION_MS_MAX) };
      return makeError({ code: 'duration-out-of-range', place, facts });
    });
}
