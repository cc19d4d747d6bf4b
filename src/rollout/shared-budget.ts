/** What a rollout may use of the API's rate budget, which it shares with others. */

export type ToldBudget = Pick<SharedBudget, 'limit' | 'remaining' | 'resetAt' | 'blockedUntil'>;

/** The API's rate budget as last told, and who else draws on it. */
export type SharedBudget = {
  /** Calls in a window; `null` until an answer told it, as with the next two. */
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly resetAt: number | null;
  /** No call may be made before; `null` when calls may be made. */
  readonly blockedUntil: number | null;
  /** Calls of ours that have been sent and not been answered: `remaining` does not know them yet. */
  readonly callsUnderWay: number;
  /** Calls to be kept for posts still to come. */
  readonly callsReserved: number;
  /** Deployments in flight, this one included. */
  readonly deployments: number;
  /** Runners that draw on it, this one included. */
  readonly sharers: number;
};

/** A budget of which nothing has been told, with nobody else to share it. */
export const UNTOLD_BUDGET: SharedBudget = {
  limit: null,
  remaining: null,
  resetAt: null,
  blockedUntil: null,
  callsUnderWay: 0,
  callsReserved: 0,
  deployments: 1,
  sharers: 1,
};

/** Part of the limit that is left to others who use the same key. */
export const SHARE_FOR_OTHERS = 0.2;

/** So long before the end of a window, what is kept of it begins to melt to nothing. */
const KEPT_MELTS_MS = 5_000;

/** From this limit on, the last call of a window is kept for its Reset. */
const LIMIT_TO_KEEP_ONE = 10;

/** While the call is under way that tells a new window, its answer is looked for so often. */
const ANSWERS_CHECK_MS = 100;

/** While every deployment in flight could poll this often until the reset, the budget slows nobody down. */
export const AMPLE_INTERVAL_MS = 60_000;

/**
 * From when on another call may be made, for all that is known at `now`: `now`, or later. What remains has the calls under
 * way taken off.
 *
 * How long a window is, is never assumed. Once one is over, the next call is made at its normal time, and its answer tells
 * the new one; until then no other is made. The last call of a window is kept
 * for its Reset: that call cannot be refused, and tells whether the next window has begun.
 */
export function nextCallAt(
  { limit, remaining, resetAt, blockedUntil }: ToldBudget,
  underWay: number,
  now: number,
): number {
  if (blockedUntil !== null && blockedUntil > now) return blockedUntil;
  if (limit === null) return now;
  if (remaining === null) return underWay === 0 ? now : now + ANSWERS_CHECK_MS;
  const isLast = remaining <= 1 && limit >= LIMIT_TO_KEEP_ONE;
  return isLast && resetAt !== null && resetAt > now ? resetAt : now;
}

/** From when on the budget allows a deployment last polled at `since` another poll. */
export function affordableFrom(budget: SharedBudget, since: number, now: number): number {
  const left = callsLeft(budget, now);
  if (left === null) return 0;
  // Who gets no call shortly before the reset waits only for that: so what is kept for others and posts melts by then.
  const meltedTo = Math.min(1, (left.resetAt - now) / KEPT_MELTS_MS);
  const forOthers = Math.floor(SHARE_FOR_OTHERS * left.limit * meltedTo);
  const forUs = left.calls - forOthers;
  // Posts wait for deployments to end, which takes polls: the reserve is never more than half.
  // Each runner takes its part of what is left now; what others leave is shared anew at the next look.
  const ours = Math.floor(forUs / budget.sharers);
  const usable = ours - Math.floor(Math.min(budget.callsReserved, ours / 2) * meltedTo);
  if (usable < 1) return left.resetAt;
  const evenMs = ((left.resetAt - now) * budget.deployments) / usable;
  return evenMs <= AMPLE_INTERVAL_MS ? 0 : Math.min(left.resetAt, since + evenMs);
}

/** From when on there is any call at all. */
export function anyCallFrom(budget: SharedBudget, now: number): number {
  const left = callsLeft(budget, now);
  return left === null || left.calls >= 1 ? 0 : left.resetAt;
}

/**
 * What is left of the window, or `null` where no answer has told of the one at hand: once a window is over, the next poll
 * is made at its normal time, and its answer tells the new one.
 */
function callsLeft(
  { limit, remaining, resetAt, callsUnderWay }: SharedBudget,
  now: number,
): { readonly limit: number; readonly calls: number; readonly resetAt: number } | null {
  if (limit === null || remaining === null || resetAt === null || resetAt <= now) return null;
  return { limit, calls: remaining - callsUnderWay, resetAt };
}
