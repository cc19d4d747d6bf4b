/**
 * What goes before and after every call: waiting while the rate budget is used up, here or among all runners that share
 * it, and telling what an answer taught.
 *
 * A call that was taken is given back exactly once: by `answered`, or by `giveBack` where it was not made after all.
 */
import type { AllxonApi, ApiFailure, Budget } from '../../backend/api.ts';
import type { Clock } from '../../base/clock.ts';
import { renderSecond } from '../../base/duration.ts';
import type { Outcome, SharedCalls, ToldBudget } from '../../store/journal.ts';
import type { Observer } from './observer.ts';
import type { CallSubject, Outage } from './outage.ts';
import type { RunControl } from './run-control.ts';
import { stopByJournal } from './run-control.ts';
import { nextCallAt } from '../../rollout/shared-budget.ts';

/** A difference of the clocks below this is not worth a word. */
const CLOCK_OFF_MS = 60_000;

export type CallBudget = {
  /** Resolves to whether a call may be made now, which is then taken; `false` when the run has been stopped. */
  take(): Promise<boolean>;
  giveBack(): Promise<void>;
  /** `failure` is `null` for an answer as documented. */
  answered(about: CallSubject, failure: ApiFailure | null): Promise<void>;
  /** What is left, as far as it is known here. */
  left(): Budget;
  /** How many runners draw on it, this one included. */
  sharers(): number;
};

export type CallBudgetPorts = {
  readonly api: AllxonApi;
  /** The API's: the one clock that all runners know. */
  readonly clock: Clock;
  readonly control: RunControl;
  readonly observer: Observer;
  readonly outage: Outage;
  /** `null` where no other runner is known. */
  readonly shared: SharedCalls | null;
  /** By `clock`: when the run may wait no longer; `null` where it may. */
  readonly boundUntil: () => number | null;
  /** The same after a 429, which may be followed by another one for ever. */
  readonly refusedUntil: () => number | null;
};

/** Shorter waits for the rate limit are not worth a word. */
const WORTH_SAYING_MS = 1_000;

const NOTHING_TOLD: ToldBudget = { limit: null, remaining: null, resetAt: null, blockedUntil: null };

export function createCallBudget(ports: CallBudgetPorts): CallBudget {
  const { api, clock, control, observer, outage, shared, boundUntil, refusedUntil } = ports;
  let sharers = 1;
  let underWay = 0;
  let isClockTold = false;
  let isRefused = false;
  const left = () => byApiClock(api.budget(), api.clockOffsetMs() ?? 0);

  async function takeShared(): Promise<number | null> {
    if (shared === null) return null;
    const granted = valueOf(await shared.take(clock.now()), control);
    if (granted === null) return null;
    sharers = granted.sharers;
    return granted.kind === 'granted' ? null : granted.until;
  }

  /** Whether the run may not wait that long. */
  function stopAtBound(until: number, bound: number | null): boolean {
    if (bound === null || until <= bound) return false;
    const message = `the rate limit is reached until ${renderSecond(until)}`;
    control.stop({ why: 'waiting', waitsFor: 'rate-limit', until, message, isRecorded: true });
    return true;
  }

  async function settleShared(told: ToldBudget): Promise<void> {
    if (shared !== null) valueOf(await shared.settle(told, clock.now()), control);
  }

  return {
    async take() {
      for (;;) {
        if (control.cause() !== null) return false;
        const now = clock.now();
        const freeAt = nextCallAt(isRefused ? limited(left()) : left(), underWay, now);
        // Counted before others get to ask: what the database grants is waited for.
        if (freeAt <= now) underWay++;
        const until = freeAt > now ? freeAt : await takeShared();
        if (until === null && control.cause() === null) return true;
        if (freeAt <= now) underWay--;
        if (until === null) return false;
        if (stopAtBound(until, left().blockedUntil === null ? boundUntil() : refusedUntil())) return false;
        if (until - now >= WORTH_SAYING_MS) observer.notice({ kind: 'rate-limited', until });
        await control.sleepUntil(until);
      }
    },
    giveBack() {
      underWay--;
      return settleShared(NOTHING_TOLD);
    },
    async answered(about, failure) {
      underWay--;
      if (failure?.kind === 'rate-limited') isRefused = true;
      if (failure === null || isDocumented(failure)) outage.answered(about);
      const budget = left();
      if (budget.blockedUntil !== null) outage.excuse(clock.now(), budget.blockedUntil);
      await settleShared(budget);
      observer.notice({ kind: 'budget', budget });
      if (failure?.kind === 'rate-limited') stopAtBound(budget.blockedUntil ?? clock.now(), refusedUntil());
      const offsetMs = api.clockOffsetMs() ?? 0;
      if (Math.abs(offsetMs) > CLOCK_OFF_MS && !isClockTold) {
        isClockTold = true;
        observer.notice({ kind: 'clock-off', aheadMs: -offsetMs });
      }
    },
    left,
    sharers: () => sharers,
  };
}

/** Whether it is an answer all the same: that there is no such thing. A 429 answers nothing, and is waited out. */
function isDocumented({ kind }: ApiFailure): boolean {
  return kind === 'not-found';
}

/**
 * There is a limit, as a 429 has told: where no header says how great, calls are made one at a time, as in a window that no
 * answer has told of. Else all that wait for the same minute would be refused at once, again and again.
 */
function limited(budget: Budget): Budget {
  return { ...budget, limit: budget.limit ?? Infinity };
}

/** The client tells the budget's times by our clock. */
function byApiClock({ limit, remaining, resetAt, blockedUntil }: Budget, offsetMs: number): Budget {
  const moved = (at: number | null) => (at === null ? null : at + offsetMs);
  return { limit, remaining, resetAt: moved(resetAt), blockedUntil: moved(blockedUntil) };
}

/** `null` after stopping the run: a store that is away is a crash, whatever it was asked. */
function valueOf<T>(outcome: Outcome<T>, control: RunControl): T | null {
  if (outcome.kind === 'done') return outcome.value;
  stopByJournal(control, outcome);
  return null;
}
