import { list } from '../base/text.ts';
import { DAYS } from './rollout-plan.ts';
import type { Window } from './rollout-plan.ts';

/** `mon, tue 22:00 to 04:00 (the day after) Asia/Taipei`. */
export function describeWindow({ days, from, to, timeZone }: Window): string {
  const names = days.map((day) => DAYS[day - 1] ?? '');
  const when = days.length === DAYS.length ? 'every day' : list(names, DAYS.length);
  const after = to <= from ? ' (the day after)' : '';
  return `${when} ${renderMinute(from)} to ${renderMinute(to)}${after} ${timeZone}`;
}

/** A minute of the day, as a plan writes it: `01:00`, `24:00`. */
export function renderMinute(minute: number): string {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}
