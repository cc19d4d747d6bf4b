/** A window in one line, as people write it: `mon-thu 01:00-05:00 Asia/Taipei`; without days, every day. */
import { nearest, list } from '../base/text.ts';
import { DAYS } from './rollout-plan.ts';
import type { Window } from './rollout-plan.ts';
import { isTimeZone, nearestTimeZone } from './rules/windows.ts';

/** `mon, tue 22:00 to 04:00 (the day after) Asia/Taipei`. */
export function describeWindow({ days, from, to, timeZone }: Window): string {
  const names = days.map((day) => DAYS[day - 1] ?? '');
  const when = days.length === DAYS.length ? 'every day' : list(names, DAYS.length);
  const after = to <= from ? ' (the day after)' : '';
  return `${when} ${renderMinute(from)} to ${renderMinute(to)}${after} ${timeZone}`;
}

/** A minute of the day, as in a plan: `01:00`, `24:00`. */
export function renderMinute(minute: number): string {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

const FORM =
  /^(?:(?<days>[a-z]{3}(?:[-, ]+[a-z]{3})*)\s+)?(?<from>\d\d:\d\d)\s*(?:-|to)\s*(?<to>\d\d:\d\d)\s+(?<timeZone>\S+)$/;

/** The window, or a message that says what is wrong with the text. */
export function parseWindow(text: string): Window | string {
  const { days, from = '', to = '', timeZone = '' } = FORM.exec(text.trim())?.groups ?? {};
  if (from === '')
    return `"${text}" is not a window: write it as mon-thu 01:00-05:00 Asia/Taipei, or without the days`;
  const opens = parseMinute(from);
  const closes = parseMinute(to);
  if (opens === null || opens === DAY) return `${from} is not a time of day from 00:00 to 23:59`;
  if (closes === null) return `${to} is not a time of day from 00:00 to 24:00`;
  if (opens === closes) return `the window opens and closes at ${from}; for the whole day, write 00:00-24:00`;
  if (!isTimeZone(timeZone)) {
    const near = nearestTimeZone(timeZone);
    return `${timeZone} is not a time zone${near === null ? '; write an IANA name, such as Asia/Taipei, or UTC' : `; did you mean ${near}?`}`;
  }
  const chosen = days === undefined ? DAYS.map((_, index) => index + 1) : parseDays(days);
  return typeof chosen === 'string' ? chosen : { days: chosen, from: opens, to: closes, timeZone };
}

const DAY = 24 * 60;

function parseMinute(text: string): number | null {
  const [hours = NaN, minutes = NaN] = text.split(':').map(Number);
  const minute = hours * 60 + minutes;
  return minutes > 59 || minute > DAY ? null : minute;
}

/** `mon-thu`, `mon, wed`, `fri-mon`. */
function parseDays(text: string): readonly number[] | string {
  const chosen = new Set<number>();
  for (const part of text.split(/[, ]+/)) {
    const [first = '', last = first] = part.split('-');
    const [start, end] = [indexOfDay(first), indexOfDay(last)];
    if (start === null || end === null) {
      const wrong = start === null ? first : last;
      const near = nearest(wrong, DAYS);
      return `"${wrong}" is not a day${near === null ? `; expected one of ${DAYS.join(', ')}` : `; did you mean ${near}?`}`;
    }
    const length = ((end - start + DAYS.length) % DAYS.length) + 1;
    for (let step = 0; step < length; step++) chosen.add(((start + step) % DAYS.length) + 1);
  }
  return [...chosen].sort((a, b) => a - b);
}

function indexOfDay(text: string): number | null {
  const index = DAYS.findIndex((day) => day === text);
  return index === -1 ? null : index;
}
