/** Points in time for the page's tables, in UTC: the date is left out where all of them are of one day. */
import { renderMoment } from '../views/wording/moments.ts';

export type Times = {
  readonly isOneDay: boolean;
  /** `17:39:25`, or `2026-01-05 17:39:25`; empty for what has not happened. */
  readonly render: (at: number | null) => string;
};

const DATE_CHARS = 'YYYY-MM-DD '.length;
const ZONE_CHARS = ' UTC'.length;

export function timesOf(all: readonly number[]): Times {
  const dates = new Set(all.map((at) => renderMoment(at).slice(0, DATE_CHARS)));
  const from = dates.size > 1 ? 0 : DATE_CHARS;
  return {
    isOneDay: from > 0,
    render: (at) => (at === null || Number.isNaN(at) ? '' : renderMoment(at).slice(from, -ZONE_CHARS)),
  };
}
