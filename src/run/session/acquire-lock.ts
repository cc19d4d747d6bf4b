/** Takes hold of a rollout, waiting for another runner as long as the user wants to. */
import { steadyTime } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import type { JournalStore, OpenOutcome } from '../../store/journal.ts';
import type { RolloutName } from '../../plan/identifiers.ts';
import type { LockOwner, RunnerIdentity } from '../../rollout/event.ts';

/** How often a lock that is held is tried again. */
const TRY_EVERY_MS = 500;

export type LockRequest = {
  readonly store: JournalStore;
  readonly name: RolloutName;
  readonly runner: RunnerIdentity;
  /** Real time: another runner's does not pass faster because ours does. */
  readonly clock: Clock;
  readonly waitMs: number;
  /** Aborts when the user does not want to wait any more. */
  readonly stop: AbortSignal;
  /** Told once, when waiting begins. */
  readonly onWait: (holder: LockOwner | null) => void;
};

export async function acquireLock(taking: LockRequest): Promise<OpenOutcome> {
  const { store, name, runner, clock, waitMs, stop, onWait } = taking;
  const until = steadyTime(clock) + waitMs;
  let isTold = false;
  for (;;) {
    const opened = await store.open(name, runner);
    if (opened.kind !== 'held' || steadyTime(clock) >= until || stop.aborted) return opened;
    if (!isTold) onWait(opened.holder);
    isTold = true;
    const leftMs = until - steadyTime(clock);
    await clock.sleepUntil(clock.now() + Math.min(leftMs, TRY_EVERY_MS), stop);
  }
}
