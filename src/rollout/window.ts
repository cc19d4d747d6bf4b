/**
 * When a window opens and closes, in points in time. Times of day that a zone's clock skips or shows twice are taken as
 * RFC 5545 takes them: a time that is skipped is as much after the change as it would have been after it, and of one
 * that is shown twice, the first counts. Where that would close a window no later than it opens (02:30 to 03:00, when the
 * clock goes from 02:00 to 03:00), its end is moved as its beginning is. So neither change loses a window, opens it twice,
 * or turns its ends around.
 */
import { Temporal } from 'temporal-polyfill';
import { present } from '../base/assert.ts';
import type { Window } from '../plan/rollout-plan.ts';

/** Both in epoch milliseconds; `to` is the first moment after it. */
export type Opening = { readonly from: number; readonly to: number };

/** The opening that `now` is in, or else the next one. */
export function nextOpening(window: Window, now: number): Opening {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(window.timeZone).toPlainDate();
  const openings = DAYS_AROUND.map((ahead) => today.add({ days: ahead }))
    .filter(({ dayOfWeek }) => window.days.includes(dayOfWeek))
    .map((day) => openingOn(day, window));
  return present(
    openings.find(({ to }) => to > now),
    'a day on which the window opens',
  );
}

/** Yesterday's opening may last still; each day of the week comes back within seven. */
const DAYS_AROUND = [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8];

function openingOn(day: Temporal.PlainDate, { from, to, timeZone }: Window): Opening {
  const at = (minute: number): number =>
    day.toPlainDateTime().add({ minutes: minute }).toZonedDateTime(timeZone, { disambiguation: 'compatible' })
      .epochMilliseconds;
  const minutes = to <= from ? to + DAY_MINUTES - from : to - from;
  const opens = at(from);
  const closes = at(from + minutes);
  return { from: opens, to: closes > opens ? closes : opens + minutes * MINUTE_MS };
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
