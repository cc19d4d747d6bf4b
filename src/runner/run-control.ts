/**
 * Whether a run goes on. The first cause to stop it wins, unless the journal then takes no more; every sleeper wakes at once; whatever has been sent is still
 * waited for, because its answer must get on record.
 */
import type { Clock } from '../base/clock.ts';
import type { StopReason } from '../rollout/event.ts';

/**
 * Why a run ends: `lost` when it no longer holds the rollout. `message` is a sentence; `isRecorded` is false when the
 * journal itself can take no more.
 */
export type StopCause =
  | { readonly why: StopReason; readonly message: string; readonly isRecorded: boolean }
  | { readonly why: 'lost'; readonly message: string; readonly isRecorded: false };

export type RunControl = {
  /** `null` while the run goes on. */
  cause(): StopCause | null;
  /** Aborts when the run is stopped. */
  readonly signal: AbortSignal;
  stop(cause: StopCause): void;
  /** Resolves at `at`, at `wake` or at `stop`, whichever is first. */
  sleepUntil(at: number): Promise<void>;
  /** Lets every sleeper look again: something has changed. */
  wake(): void;
};

export function createRunControl(clock: Clock): RunControl {
  let cause: StopCause | null = null;
  const stopped = new AbortController();
  const sleepers = new Set<AbortController>();
  const wake = () => {
    for (const sleeper of sleepers) sleeper.abort();
  };
  return {
    cause: () => cause,
    signal: stopped.signal,
    stop(next) {
      if (cause === null || (cause.isRecorded && !next.isRecorded)) cause = next;
      stopped.abort();
      wake();
    },
    async sleepUntil(at) {
      if (cause !== null) return;
      const sleeper = new AbortController();
      sleepers.add(sleeper);
      await clock.sleepUntil(at, sleeper.signal);
      sleepers.delete(sleeper);
    },
    wake,
  };
}
