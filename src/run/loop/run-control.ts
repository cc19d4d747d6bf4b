/**
 * What a run is given besides its plan, and whether it goes on. The first cause to stop it wins, unless the journal then
 * takes no more; every sleeper wakes at once; whatever has been sent is still waited for, because its answer must get on
 * record.
 */
import type { Clock } from '../../base/clock.ts';
import type { StopOrigin, StopReason, PlanFile, RunnerIdentity } from '../../rollout/event.ts';
import type { WaitReason } from '../../rollout/wait-reasons.ts';
import type { JournalProblem } from '../../store/journal.ts';

/**
 * Why a run ends: `lost` when it no longer holds the rollout. `message` is a sentence; `isRecorded` is false when the
 * journal itself can take no more.
 */
export type StopCause =
  | {
      readonly why: Exclude<StopReason, 'waiting' | 'environment'>;
      readonly message: string;
      readonly isRecorded: boolean;
    }
  | {
      readonly why: 'waiting';
      readonly waitsFor: WaitReason;
      /** When the wait ends by itself, in epoch milliseconds; `null` where it does not. */
      readonly until: number | null;
      readonly message: string;
      readonly isRecorded: boolean;
    }
  | {
      readonly why: 'environment';
      readonly origin: StopOrigin;
      readonly message: string;
      readonly isRecorded: boolean;
    }
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

/** What ends a run for which the API has no use: another call would get the same answer. */
export function refusedByApi(message: string): StopCause {
  return { why: 'environment', origin: 'api-refused', message, isRecorded: true };
}

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

/** Ends a run whose journal takes no more. */
export function stopByJournal(control: RunControl, { problem, message }: JournalProblem): void {
  control.stop(
    problem === 'lost'
      ? { why: 'lost', message, isRecorded: false }
      : { why: 'environment', origin: 'record', message, isRecorded: false },
  );
}

/** What a run is told besides its plan. */
export type RunSettings = {
  readonly minIntervalMs: number;
  readonly maxIntervalMs: number;
  /** How long an API that has stopped answering is borne once something has been posted. */
  readonly apiOutageMs: number;
  /**
   * How long the run may wait in all, from its start, while nothing is in flight: for windows, soaks, gates, approvals, the
   * rate limit, an API that is away; `null`: as long as they need, and not at all for a person.
   */
  readonly maxWaitMs: number | null;
  /** When it began, by the steady clock: now, unless given. */
  readonly waitingSince?: number;
  /** Whether a person is asked where a run has ended for lack of an approval. Unless given, nobody is. */
  readonly asksForApproval?: boolean;
  readonly runner: RunnerIdentity;
  /** Breakwater's own version, for the record. */
  readonly version: string;
  /** Where the plan was read from; `null` where that is not known. */
  readonly planFile?: PlanFile | null;
};
