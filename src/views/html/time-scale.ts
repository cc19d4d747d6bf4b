/**
 * Where in a picture a point in time stands. A rollout of ten minutes' work may wait for days in between: a time in which
 * nothing is under way is drawn no wider than a share of the rest, and said to be.
 */
export type TimeSpan = { readonly from: number; readonly to: number };

export type TimeScale = {
  /** From 0 to 1; a time outside is placed at the edge. */
  readonly place: (at: number) => number;
  /** Times that are drawn shorter than they are. */
  readonly cuts: readonly TimeSpan[];
  readonly ticks: readonly Tick[];
};

/** Every other one is `minor`: left out where there is little room. */
export type Tick = { readonly at: number; readonly isMinor: boolean; readonly isNewDay: boolean };

/** Of the time in which something is under way: how much of it one cut stands for, and all of them. */
const CUT_SHARE = 0.12;
const CUTS_SHARE = 0.6;

type Piece = TimeSpan & { readonly shown: number };

/** `busy`: when something was under way, in any order. */
export function scaleTime(whole: TimeSpan, busy: readonly TimeSpan[]): TimeScale {
  const pieces = cutIdle(whole, idleSpans(whole, busy));
  const total = pieces.reduce((sum, { shown }) => sum + shown, 0);
  const cuts = pieces
    .filter(({ from, to, shown }) => shown < to - from)
    .map(({ from, to }) => ({ from, to }));
  const place = (at: number) => {
    let before = 0;
    for (const { from, to, shown } of pieces) {
      if (at < to) return total === 0 ? 0 : (before + (shown * Math.max(0, at - from)) / (to - from)) / total;
      before += shown;
    }
    return 1;
  };
  return { place, cuts, ticks: ticksOf(whole, { place, cuts, total }) };
}

function idleSpans({ from, to }: TimeSpan, busy: readonly TimeSpan[]): readonly TimeSpan[] {
  const idle: TimeSpan[] = [];
  let at = from;
  for (const span of busy.toSorted((a, b) => a.from - b.from)) {
    if (span.from > at) idle.push({ from: at, to: Math.min(span.from, to) });
    at = Math.max(at, span.to);
  }
  if (at < to) idle.push({ from: at, to });
  return idle;
}

function cutIdle({ from, to }: TimeSpan, idle: readonly TimeSpan[]): readonly Piece[] {
  const lengthOf = (span: TimeSpan) => span.to - span.from;
  const active = to - from - idle.reduce((sum, span) => sum + lengthOf(span), 0);
  // With nothing under way at all there is nothing to make room for.
  const longest = active <= 0 ? Infinity : active * Math.min(CUT_SHARE, CUTS_SHARE / idle.length);
  const pieces: Piece[] = [];
  let at = from;
  for (const span of idle) {
    if (span.from > at) pieces.push({ from: at, to: span.from, shown: span.from - at });
    pieces.push({ ...span, shown: Math.min(lengthOf(span), longest) });
    at = span.to;
  }
  if (at < to) pieces.push({ from: at, to, shown: to - at });
  return pieces;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28].map((n) => n * DAY),
];

const TICKS_WANTED = 9;
/** Of the width: nearer than that, two labels would touch. */
const TICK_DISTANCE = 0.085;
const TICKS_MAX = 2_000;

function ticksOf(
  { from, to }: TimeSpan,
  { place, cuts, total }: Pick<TimeScale, 'place' | 'cuts'> & { readonly total: number },
): readonly Tick[] {
  const step = STEPS.find((ms) => total / ms <= TICKS_WANTED) ?? Math.ceil(total / TICKS_WANTED / DAY) * DAY;
  const ticks: Tick[] = [];
  let last = -1;
  let day = dayOf(from);
  for (const span of spansBetween({ from, to }, cuts)) {
    let at = Math.ceil(span.from / step) * step;
    for (let n = 0; at <= span.to && n < TICKS_MAX; n++, at += step) {
      const x = place(at);
      if (x - last < TICK_DISTANCE) continue;
      ticks.push({ at, isMinor: ticks.length % 2 === 1, isNewDay: ticks.length === 0 || dayOf(at) !== day });
      day = dayOf(at);
      last = x;
    }
  }
  return ticks;
}

function spansBetween({ from, to }: TimeSpan, cuts: readonly TimeSpan[]): readonly TimeSpan[] {
  const spans: TimeSpan[] = [];
  let at = from;
  for (const cut of cuts) {
    spans.push({ from: at, to: cut.from });
    at = cut.to;
  }
  return [...spans, { from: at, to }].filter((span) => span.to > span.from);
}

function dayOf(at: number): number {
  return Math.floor(at / DAY);
}
