/**
 * The server's clock less ours, from the `Date` headers of its answers.
 *
 * A header counts whole seconds, and was written at some moment between our sending and our receiving: it says that
 * the difference lies within a span, never what it is.
 *
 *         sentAt ├──────── our clock ────────┤ answeredAt
 *                     ▲ Date … Date + 1 s                     difference: Date - answeredAt … Date + 1 s - sentAt
 *
 * Spans of several answers are intersected. A span that shares nothing with what was known means that a clock has been
 * set, or that the two drift: it is believed, and the past forgotten.
 */

/** What is known: the difference is neither below `leastMs` nor above `mostMs`. */
export type ClockEstimate = { readonly leastMs: number; readonly mostMs: number };

export type Exchange = {
  /** By our clock, epoch milliseconds. */
  readonly sentAt: number;
  readonly answeredAt: number;
  /** The `Date` header. */
  readonly date: string | undefined;
};

/** Up to here our own clock is as good as theirs: it is left alone. */
export const CLOCK_NOISE_MS = 2_000;

const DATE_STEP_MS = 1_000;

/** What is known after one more answer. */
export function learnClock(known: ClockEstimate | null, exchange: Exchange): ClockEstimate | null {
  const told = spanOf(exchange);
  if (told === null || known === null) return told ?? known;
  const both = {
    leastMs: Math.max(known.leastMs, told.leastMs),
    mostMs: Math.min(known.mostMs, told.mostMs),
  };
  return both.leastMs <= both.mostMs ? both : told;
}

/** Whole milliseconds to add to our clock; 0 where that explains what is known as well. */
export function offsetOf({ leastMs, mostMs }: ClockEstimate): number {
  if (leastMs - CLOCK_NOISE_MS <= 0 && mostMs + CLOCK_NOISE_MS >= 0) return 0;
  return Math.round((leastMs + mostMs) / 2);
}

/** `null` where the answer does not tell, or our own clock was set back while we waited for it. */
function spanOf({ sentAt, answeredAt, date }: Exchange): ClockEstimate | null {
  const serverAt = Date.parse(date ?? '');
  if (Number.isNaN(serverAt) || answeredAt < sentAt) return null;
  return { leastMs: serverAt - answeredAt, mostMs: serverAt + DATE_STEP_MS - sentAt };
}
