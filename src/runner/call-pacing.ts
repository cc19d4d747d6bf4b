/** What goes before and after every call: waiting while the rate budget is used up, and telling what an answer taught. */
import type { ApiFailure } from '../allxon/api.ts';
import type { RunContext } from './run-context.ts';

/** A difference of the clocks below this is not worth a word. */
const CLOCK_OFF_MS = 60_000;

/** Resolves when a call may be made, or the run has been stopped. */
export async function waitForBudget({ api, clock, control, observer }: RunContext): Promise<void> {
  for (;;) {
    const until = api.budget().blockedUntil;
    if (until === null || until <= clock.now() || control.cause() !== null) return;
    observer.notice({ kind: 'rate-limited', until });
    await control.sleepUntil(until);
  }
}

/** Tells the observer what is known after a call; `failure` is `null` for an answer as documented. */
export function noteAnswer(run: RunContext, failure: ApiFailure | null): void {
  const { api, observer, outage, isFirst } = run;
  if (
    failure === null ||
    (failure.status !== null && failure.status < 500 && failure.kind !== 'unreadable')
  ) {
    outage.answered();
  }
  observer.notice({ kind: 'budget', budget: api.budget() });
  const offsetMs = api.clockOffsetMs();
  if (offsetMs !== null && Math.abs(offsetMs) > CLOCK_OFF_MS && isFirst('clock-off')) {
    observer.notice({ kind: 'clock-off', aheadMs: -offsetMs });
  }
}
