/**
 * What the answers have taught a client so far: the rate budget, and the server's clock.
 *
 * After a 429, or with nothing remaining, no call is made before Reset: repeated abuse gets an integration blocked. Answers
 * to calls that were under way at once arrive in any order: one that knew of calls left does not lift a block that another
 * has set. Only time does.
 */
import { steadyTime } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { Budget } from '../api.ts';
import { learnClock, machineOffset, offsetOf, spanOf, UNTOLD_CLOCK } from './server-clock.ts';
import type { ClockEstimate, Exchange, ServerClock } from './server-clock.ts';

/** A 429, or nothing remaining, without a word on when calls may be made again. */
export const DEFAULT_WAIT_MS = 60_000;

/** The vendor's window is an hour; a Reset much further away is not believed. */
export const WAIT_MS_MAX = 2 * 3_600_000;

/** A Reset may be cut to the second: that much later, the window is over for certain. */
export const RESET_MARGIN_MS = 1_100;

/** Two answers from one window may tell of a Reset that far apart; two windows are further apart. */
const RESET_JITTER_MS = 2_000;

/** A 429 that tells of a Reset that is over by more than this does not tell when calls may be made again. */
const RESET_PAST_MS_MAX = 5_000;

/** Smaller numbers are seconds from now, larger ones seconds since 1970; beyond the second, milliseconds since 1970. */
const EPOCH_SECONDS_MIN = 100_000_000;
const EPOCH_MS_MIN = 100_000_000_000;

export const UNKNOWN_BUDGET: Budget = { limit: null, remaining: null, resetAt: null, blockedUntil: null };

export type AnswerLimits = {
  readonly headers: ReadonlyMap<string, string>;
  readonly status: number;
  /** By our clock, epoch milliseconds. */
  readonly now: number;
  /** The server's clock less ours, at the least: an epoch in a header is by the server's, and is not to be met too soon. */
  readonly offsetMs: number;
};

/** The budget after an answer. What its headers do not tell, or not legibly, stays as it was. */
export function updateBudget(budget: Budget, { headers, status, now, offsetMs }: AnswerLimits): Budget {
  const known = budgetAt(budget, now);
  const limit = readCount(headers.get('x-ratelimit-limit')) ?? known.limit;
  const toldReset = readTime(headers.get('x-ratelimit-reset'), now, offsetMs);
  const laterMs = toldReset === null || known.resetAt === null ? null : toldReset - known.resetAt;
  const isOfPast =
    toldReset !== null && (toldReset <= now || (laterMs !== null && laterMs < -RESET_JITTER_MS));
  const resetAt = isOfPast ? known.resetAt : (toldReset ?? known.resetAt);
  // An answer that took long may tell of a window that is over: of the one at hand it says nothing.
  const toldRemaining = isOfPast ? null : readCount(headers.get('x-ratelimit-remaining'));
  const told = isOfPast ? known.remaining : (toldRemaining ?? afterOneMore(known.remaining));
  // Answers overtake each other: of one window, the smallest number is the latest.
  const isOfThisWindow = laterMs !== null && Math.abs(laterMs) <= RESET_JITTER_MS;
  const left =
    isOfThisWindow && told !== null && known.remaining !== null ? Math.min(told, known.remaining) : told;
  const remaining = status === 429 || known.blockedUntil !== null ? 0 : left;
  const retryAt = readRetryAfter(headers.get('retry-after'), now, offsetMs);
  const isRefused = status === 429 || told === 0;
  const until = isRefused
    ? (callableAt(resetAt) ?? soonAfter(toldReset, now) ?? retryAt ?? now + DEFAULT_WAIT_MS)
    : null;
  return {
    limit,
    remaining,
    resetAt,
    blockedUntil: latest([known.blockedUntil, until, isRefused ? retryAt : null]),
  };
}

/** The budget as it stands at `now`: what was known of a window ends with it, once it is over for certain. */
export function budgetAt(budget: Budget, now: number): Budget {
  const isPast = (at: number | null) => at !== null && at <= now;
  const isOver = isPast(callableAt(budget.resetAt)) || isPast(budget.blockedUntil);
  return {
    limit: budget.limit,
    remaining: isOver ? null : budget.remaining,
    resetAt: isOver ? null : budget.resetAt,
    blockedUntil: isPast(budget.blockedUntil) ? null : budget.blockedUntil,
  };
}

/** The budget with `calls` that have been sent and not been answered counted as made. */
export function budgetLess(budget: Budget, calls: number): Budget {
  if (budget.remaining === null) return budget;
  const remaining = Math.max(0, budget.remaining - calls);
  return {
    ...budget,
    remaining,
    blockedUntil: budget.blockedUntil ?? (remaining === 0 ? callableAt(budget.resetAt) : null),
  };
}

function callableAt(resetAt: number | null): number | null {
  return resetAt === null ? null : resetAt + RESET_MARGIN_MS;
}

/** A Reset that has just been, or is only just to come, may be cut to the second. */
function soonAfter(resetAt: number | null, now: number): number | null {
  if (resetAt === null || resetAt < now - RESET_PAST_MS_MAX) return null;
  return Math.max(resetAt, now) + RESET_MARGIN_MS;
}

/** An answer that does not tell what is left was one call all the same. */
function afterOneMore(remaining: number | null): number | null {
  return remaining === null ? null : Math.max(0, remaining - 1);
}

function latest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function readCount(text: string | undefined): number | null {
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : null;
}

/** When, by our clock; it may be over. `null` for what is missing, malformed, or too far away to be meant. */
function readTime(text: string | undefined, now: number, offsetMs: number): number | null {
  const number = readCount(text);
  if (number === null) return null;
  const at = timeOf(number, now, offsetMs);
  return at <= now + WAIT_MS_MAX ? at : null;
}

/** Seconds from now, or a date by the server's clock. */
function readRetryAfter(text: string | undefined, now: number, offsetMs: number): number | null {
  const date = Date.parse(text ?? '');
  const isDate = text !== undefined && readCount(text) === null && !Number.isNaN(date);
  const at = readTime(isDate ? String(date) : text, now, offsetMs);
  return at !== null && at > now ? at : null;
}

function timeOf(number: number, now: number, offsetMs: number): number {
  if (number >= EPOCH_MS_MIN) return number - offsetMs;
  if (number >= EPOCH_SECONDS_MIN) return number * 1000 - offsetMs;
  return now + number * 1000;
}

export type Learned = {
  readonly clock: Clock;
  /** Its times are by our steady clock. */
  budget: Budget;
  serverClock: ServerClock;
  /** What a 401 told of the server's clock: calls are signed by it until it is known, or a 401 says otherwise. */
  signsBy: ClockEstimate | null;
  callsUnderWay: number;
};

export const NOTHING_LEARNED: Omit<Learned, 'clock'> = {
  budget: UNKNOWN_BUDGET,
  serverClock: UNTOLD_CLOCK,
  signsBy: null,
  callsUnderWay: 0,
};

/** Its times are by the machine's clock. */
export function currentBudget(learned: Learned): Budget {
  const { budget, clock, callsUnderWay } = learned;
  const aheadMs = machineAhead(learned);
  const moved = (at: number | null) => (at === null ? null : at + aheadMs);
  const { resetAt, blockedUntil, ...calls } = budgetLess(budgetAt(budget, steadyTime(clock)), callsUnderWay);
  return { ...calls, resetAt: moved(resetAt), blockedUntil: moved(blockedUntil) };
}

/** The machine's clock less our steady one. */
export function machineAhead({ clock }: Learned): number {
  return clock.now() - steadyTime(clock);
}

/** What a call is signed with, to be added to the machine's clock; `null` where nothing is known. */
export function signingOffset(learned: Learned): number | null {
  const { signsBy, serverClock } = learned;
  const aheadMs = machineAhead(learned);
  return signsBy === null ? machineOffset(serverClock, aheadMs) : offsetOf(signsBy, aheadMs);
}

export type Answered = {
  readonly headers: ReadonlyMap<string, string>;
  readonly status: number;
  /** By our steady clock, when the call was sent; and what it was signed by, if that was not known yet. */
  readonly sentAt: number;
  readonly signsBy: ClockEstimate | null;
};

export function learn({ headers, status, sentAt, signsBy }: Answered, learned: Learned): void {
  const now = steadyTime(learned.clock);
  const machineMs = machineAhead(learned);
  const exchange: Exchange = {
    sentAt,
    answeredAt: now,
    machineMs,
    date: headers.get('date'),
    age: headers.get('age'),
  };
  if (status === 401) learned.signsBy = spanOf(exchange) ?? learned.signsBy;
  if (status >= 200 && status <= 299) {
    learned.serverClock = learnClock(learned.serverClock, exchange, signsBy);
    if (learned.serverClock.disputed === null) learned.signsBy = null;
  }
  const { known, disputed } = learned.serverClock;
  const offsetMs = (known ?? learned.signsBy ?? disputed)?.leastMs ?? machineMs;
  learned.budget = updateBudget(learned.budget, { headers, status, now, offsetMs });
}
