/** What the answers have taught a client so far: the rate budget, and the server's clock. */
import { steadyTime } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { Budget } from '../api.ts';
import { budgetAt, budgetLess, UNKNOWN_BUDGET, updateBudget } from './rate-budget.ts';
import { learnClock, machineOffset, offsetOf, spanOf, UNTOLD_CLOCK } from './server-clock.ts';
import type { ClockEstimate, Exchange, ServerClock } from './server-clock.ts';

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
