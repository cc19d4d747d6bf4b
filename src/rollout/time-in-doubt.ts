/**
 * What is to be done while it is not certain what time it is. `now` is the API's time; where this machine's clock, or an
 * answer that is not believed yet, tells another, that is another reading, and counts as well: a window must be open by all
 * of them, and what lasts is over when it is over by all of them. So no clock that is wrong opens or ends anything alone.
 */
import type { Window } from '../plan/rollout-plan.ts';
import { nextOpening } from './window.ts';

export type OtherReading = {
  /** The time that it tells now, in epoch milliseconds. */
  readonly at: number;
  /** By `now`'s clock: from then on both have run evenly, so that what began later lasts as long by both. */
  readonly since: number;
};

/** What time it is, and may be. */
export type Times = {
  /** The API's. */
  readonly now: number;
  readonly others: readonly OtherReading[];
  /** The earliest that the API's clock may show, for what the API sets an end to; `now` unless given. */
  readonly apiTime?: number;
};

/** A time that is certain. */
export function timesOf(time: number | Times): Times {
  return typeof time === 'number' ? { now: time, others: [] } : time;
}

export function apiTimeIn({ now, apiTime = now }: Times): number {
  return apiTime;
}

/** By `now`'s clock: when what began at `from` and lasts until `until` is over by every reading. */
export function overAt(
  { from, until }: { readonly from: number; readonly until: number },
  { now, others }: Times,
): number {
  const behindMs = others.filter(({ since }) => since > from).map(({ at }) => now - at);
  return until + Math.max(0, ...behindMs);
}

/** When a window may be open by every reading; `null` where it is. */
export function closedUntil(window: Window | undefined, { now, others }: Times): number | null {
  if (window === undefined) return null;
  const waitsMs = [now, ...others.map(({ at }) => at)].map((at) => nextOpening(window, at).from - at);
  const longestMs = Math.max(...waitsMs);
  return longestMs <= 0 ? null : now + longestMs;
}
