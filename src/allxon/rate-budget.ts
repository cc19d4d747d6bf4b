/**
 * How many calls are left, as the answers tell it. After a 429, or with nothing remaining, no call is made before Reset:
 * repeated abuse gets an integration blocked.
 */
import type { Budget } from './api.ts';

/** A 429 that does not say when calls may be made again. */
const DEFAULT_WAIT_MS = 60_000;

/** The vendor's window; a Reset further away than this by much is not believed. */
const WAIT_MS_MAX = 2 * 3_600_000;

/** Smaller numbers are seconds from now, larger ones seconds since 1970; beyond the second, milliseconds since 1970. */
const EPOCH_SECONDS_MIN = 100_000_000;
const EPOCH_MS_MIN = 100_000_000_000;

export const UNKNOWN_BUDGET: Budget = { limit: null, remaining: null, resetAt: null, blockedUntil: null };

export type AnswerLimits = {
  readonly headers: ReadonlyMap<string, string>;
  readonly status: number;
  /** By our clock, epoch milliseconds. */
  readonly now: number;
  /** The server's clock less ours: an epoch in a header is by the server's. */
  readonly offsetMs: number;
};

/** The budget after an answer. */
export function updateBudget(budget: Budget, { headers, status, now, offsetMs }: AnswerLimits): Budget {
  const limit = readCount(headers.get('x-ratelimit-limit')) ?? budget.limit;
  const resetAt = readReset(headers.get('x-ratelimit-reset'), now, offsetMs) ?? future(budget.resetAt, now);
  const remaining = status === 429 ? 0 : readCount(headers.get('x-ratelimit-remaining'));
  if (remaining !== 0) return { limit, remaining, resetAt, blockedUntil: null };
  const retryAt = readReset(headers.get('retry-after'), now, 0);
  return {
    limit,
    remaining,
    resetAt,
    blockedUntil: Math.max(resetAt ?? now + DEFAULT_WAIT_MS, retryAt ?? now),
  };
}

/** The budget as it stands at `now`: what was known of a window ends with it. */
export function budgetAt(budget: Budget, now: number): Budget {
  const isOver = budget.resetAt !== null && budget.resetAt <= now;
  return {
    limit: budget.limit,
    remaining: isOver ? null : budget.remaining,
    resetAt: isOver ? null : budget.resetAt,
    blockedUntil: future(budget.blockedUntil, now),
  };
}

function future(at: number | null, now: number): number | null {
  return at !== null && at > now ? at : null;
}

function readCount(text: string | undefined): number | null {
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : null;
}

/** When, by our clock. `null` for what is missing, malformed, over, or too far away to be meant. */
function readReset(text: string | undefined, now: number, offsetMs: number): number | null {
  const number = readCount(text);
  if (number === null) return null;
  const at = timeOf(number, now, offsetMs);
  return at > now && at <= now + WAIT_MS_MAX ? at : null;
}

function timeOf(number: number, now: number, offsetMs: number): number {
  if (number >= EPOCH_MS_MIN) return number - offsetMs;
  if (number >= EPOCH_SECONDS_MIN) return number * 1000 - offsetMs;
  return now + number * 1000;
}
