/**
 * How long an API that does not answer is borne. Before anything has been posted, a run that cannot reach it ends
 * quickly: somebody is waiting. Later, devices are in flight, and it is tried again until `apiOutage` has passed.
 */
import type { Clock } from '../base/clock.ts';
import { renderDuration } from '../base/duration.ts';
import type { ApiFailure } from '../allxon/api.ts';
import { decideRetryAfterFailure } from '../rollout/polling.ts';
import type { Observer } from './observer.ts';
import type { RunControl } from './run-control.ts';

/** How long a run that has posted nothing tries to reach the API. */
export const FIRST_CONTACT_MS = 10_000;

export type Outage = {
  /** Notes a call that was made at `calledAt` and went wrong. Resolves when it may be tried again, or the run has been stopped. */
  wait(failure: ApiFailure, calledAt: number): Promise<void>;
  /** Notes an answer. */
  answered(): void;
};

export type OutagePorts = {
  readonly clock: Clock;
  readonly observer: Observer;
  readonly control: RunControl;
  /** How long the API may stay away, now: in milliseconds. */
  readonly patienceMs: () => number;
};

export function createOutage({ clock, observer, control, patienceMs }: OutagePorts): Outage {
  let downSince: number | null = null;
  let failuresInARow = 0;
  return {
    async wait(failure, calledAt) {
      const now = clock.now();
      downSince ??= calledAt;
      failuresInARow++;
      const giveUpAt = downSince + patienceMs();
      if (now >= giveUpAt) {
        control.stop({
          why: 'environment',
          origin: 'api-outage',
          message: describeOutage(failure, now - downSince),
          isRecorded: true,
        });
        return;
      }
      const wantedAt = decideRetryAfterFailure({ now, failures: failuresInARow, blockedUntil: null });
      const retryAt = Math.min(wantedAt, giveUpAt);
      observer.notice({ kind: 'call-failed', message: failure.message, retryAt, downSince });
      await control.sleepUntil(retryAt);
    },
    answered() {
      if (downSince !== null) observer.notice({ kind: 'api-back', downMs: clock.now() - downSince });
      downSince = null;
      failuresInARow = 0;
    },
  };
}

function describeOutage(failure: ApiFailure, downMs: number): string {
  const since =
    downMs === 0 ? '' : ` It has not answered for ${renderDuration(Math.round(downMs / 1000) * 1000)}.`;
  return `${failure.message}${since}`;
}
