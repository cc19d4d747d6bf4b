/**
 * How runners that share an API key share its calls: so many in a window of time, counted by the API, and told by each
 * of its answers. Pure; `shared-calls.ts` keeps it in the database.
 *
 * Upheld here:
 * 1. `left` is what is left for sure: a call is taken off it before it is made. An answer can only lower it, to what it
 *    tells less the calls that are still under way, which may not have been counted in it. So calls of others who have
 *    the key are seen, and calls under way are never forgotten; at worst as many are left over at the end of a window as
 *    were under way at once.
 * 2. A window is over a little after its Reset, or when an answer tells of a later one. The next one begins full, but
 *    for the calls under way, which may be counted in it. What is late from the window before is not believed. How long a
 *    window is, is never assumed: until an answer tells its Reset, it lasts, and calls are granted while answers come. The
 *    last call of a window is kept for its Reset: it cannot be refused, and tells whether the next one has begun.
 * 3. Who has made fewer calls in the window can draw level: another call is granted only if enough are left for all who
 *    are behind. As the window passes, what is kept for them melts to nothing: nobody who is idle has calls go to waste,
 *    and one who is alone may use all. Whoever has made the fewest always gets one if there is one.
 */
import type { CallGrant, ToldBudget } from '../journal.ts';

export type CallWindow = {
  /** `null` until it is told, as are the others. */
  readonly limit: number | null;
  readonly left: number | null;
  readonly openedAt: number;
  readonly resetAt: number | null;
  /** When the window before this was over. */
  readonly previousResetAt: number | null;
  readonly blockedUntil: number | null;
};

export type Sharer = {
  readonly id: string;
  /** Calls that were granted and not given back. */
  readonly underWay: number;
  /** Calls that were granted in this window; for one who joined in it, as if it had kept up with the last. */
  readonly used: number;
};

/** One API key's, with every sharer that is alive. */
export type KeyBudget = { readonly window: CallWindow; readonly sharers: readonly Sharer[] };

/** A Reset may be cut to the second, and the server's clock is an estimate. */
const RESET_MARGIN_MS = 3_000;
/** Two answers from one window may tell of a Reset that far apart; two windows are further apart. */
const RESET_JITTER_MS = 2_000;
/** From this limit on, the last call of a window is kept. */
const LIMIT_TO_KEEP_ONE = 10;
/** While all calls of a window that is not told yet are under way, their answers are looked for so often. */
const ANSWERS_CHECK_MS = 1_000;
/** Those who wait for others to draw level look again within this time: the others may be gone. */
const LEVEL_CHECK_MS = 10_000;

export function newWindow(now: number): CallWindow {
  return { limit: null, left: null, openedAt: now, resetAt: null, previousResetAt: null, blockedUntil: null };
}

/** With one more sharer, who begins where the last of the others is. */
export function joinSharers({ window, sharers }: KeyBudget, id: string): KeyBudget {
  const used = sharers.length === 0 ? 0 : Math.min(...sharers.map((sharer) => sharer.used));
  return { window, sharers: [...sharers, { id, underWay: 0, used }] };
}

export type Granted = { readonly budget: KeyBudget; readonly grant: CallGrant };

/** `id` is one of the sharers. */
export function grantCall(told: KeyBudget, id: string, now: number): Granted {
  const budget = budgetAt(told, now);
  const { window, sharers } = budget;
  const until = waitOf(budget, id, now);
  if (until !== null) return { budget, grant: { kind: 'wait', until, sharers: sharers.length } };
  const left = window.left === null ? null : Math.max(0, window.left - 1);
  const change = ({ underWay, used }: Sharer) => ({ underWay: underWay + 1, used: used + 1 });
  return {
    budget: { window: { ...window, left }, sharers: changeSharer(sharers, id, change) },
    grant: { kind: 'granted', sharers: sharers.length },
  };
}

export function settleCall(
  before: KeyBudget,
  { id, told }: { readonly id: string; readonly told: ToldBudget },
  now: number,
): KeyBudget {
  const change = ({ underWay }: Sharer) => ({ underWay: Math.max(0, underWay - 1) });
  const sharers = changeSharer(before.sharers, id, change);
  const budget = budgetAt({ window: before.window, sharers }, now);
  const blockedUntil = latest(budget.window.blockedUntil, told.blockedUntil);
  const current = isOfLaterWindow(budget.window, told, now) ? nextWindow(budget, now) : budget;
  if (isOfEarlierWindow(current.window, told, now)) {
    return { ...current, window: { ...current.window, blockedUntil } };
  }
  const { window } = current;
  const left = told.remaining === null ? null : Math.max(0, told.remaining - underWayOf(sharers));
  return {
    sharers: current.sharers,
    window: {
      ...window,
      limit: told.limit ?? window.limit,
      left: earliest(window.left, left),
      resetAt: earliest(window.resetAt, told.resetAt),
      blockedUntil,
    },
  };
}

function waitOf({ window, sharers }: KeyBudget, id: string, now: number): number | null {
  const { limit, left, resetAt, blockedUntil } = window;
  if (blockedUntil !== null && now < blockedUntil) return blockedUntil;
  if (left === null) return null;
  if (left < 1 && resetAt === null) return underWayOf(sharers) > 0 ? now + ANSWERS_CHECK_MS : null;
  if (left < 1) return endOf(window);
  const isKept = left === 1 && limit !== null && limit >= LIMIT_TO_KEEP_ONE;
  if (isKept && resetAt !== null && now < resetAt) return resetAt;
  return waitForOthers({ window, sharers }, id, now);
}

function waitForOthers({ window, sharers }: KeyBudget, id: string, now: number): number | null {
  const { left, openedAt, resetAt } = window;
  const own = sharers.find((sharer) => sharer.id === id)?.used ?? 0;
  const behind = sharers.reduce((sum, { used }) => sum + Math.max(0, own - used), 0);
  const spare = (left ?? 0) - 1;
  if (behind <= spare) return null;
  if (resetAt === null) return now + LEVEL_CHECK_MS;
  // Of what they are behind, as much is kept as there is of the window.
  const enoughAt = resetAt - (spare / behind) * Math.max(0, resetAt - openedAt);
  return enoughAt <= now ? null : Math.ceil(Math.min(enoughAt, now + LEVEL_CHECK_MS));
}

/** What was known of a window ends with it. */
function budgetAt(budget: KeyBudget, now: number): KeyBudget {
  return now >= endOf(budget.window) ? nextWindow(budget, now) : budget;
}

function endOf({ resetAt, blockedUntil }: CallWindow): number {
  return resetAt === null ? (blockedUntil ?? Infinity) : resetAt + RESET_MARGIN_MS;
}

function nextWindow({ window, sharers }: KeyBudget, now: number): KeyBudget {
  const { limit, resetAt, previousResetAt, blockedUntil } = window;
  return {
    window: {
      limit,
      left: limit === null ? null : Math.max(0, limit - underWayOf(sharers)),
      openedAt: now,
      resetAt: null,
      previousResetAt: resetAt ?? previousResetAt,
      blockedUntil: blockedUntil !== null && blockedUntil > now ? blockedUntil : null,
    },
    sharers: sharers.map((sharer) => ({ ...sharer, used: 0 })),
  };
}

/** The API's window may be over before we know: then an answer tells of a Reset much later than the one at hand. */
function isOfLaterWindow({ resetAt }: CallWindow, told: ToldBudget, now: number): boolean {
  if (resetAt === null || told.resetAt === null || told.remaining === null) return false;
  return now >= resetAt - RESET_JITTER_MS && told.resetAt > resetAt + RESET_JITTER_MS;
}

/** An answer that took long may tell what was left before; one without a Reset may be of any window. */
function isOfEarlierWindow({ resetAt, previousResetAt }: CallWindow, told: ToldBudget, now: number): boolean {
  if (told.resetAt === null) return resetAt !== null || previousResetAt !== null;
  return (
    told.resetAt <= now || (previousResetAt !== null && told.resetAt <= previousResetAt + RESET_JITTER_MS)
  );
}

function underWayOf(sharers: readonly Sharer[]): number {
  return sharers.reduce((sum, { underWay }) => sum + underWay, 0);
}

function changeSharer(
  sharers: readonly Sharer[],
  id: string,
  change: (sharer: Sharer) => Partial<Sharer>,
): readonly Sharer[] {
  return sharers.map((sharer) => (sharer.id === id ? { ...sharer, ...change(sharer) } : sharer));
}

function earliest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

function latest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}
