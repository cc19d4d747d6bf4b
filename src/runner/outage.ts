/**
 * How long an API that does not answer is borne. Before anything has been posted, a run that cannot reach it ends
 * quickly: somebody is waiting. Later, devices are in flight, and it is tried again until `apiOutage` has passed.
 *
 * 1. A refusal that the API does not document for a call is no answer: a redirect, a 400 to a poll.
 * 2. Each subject has an outage of its own: what is asked about one deployment says nothing of another. So a deployment
 *    whose polls are refused for ever ends the run, however well others are answered.
 * 3. Time in which the rate limit allowed no call is not counted.
 */
import type { Clock } from '../base/clock.ts';
import { renderDuration } from '../base/duration.ts';
import type { ApiFailure } from '../allxon/api.ts';
import { decideRetryAfterFailure } from '../rollout/polling.ts';
import type { Observer } from './observer.ts';
import type { RunControl } from './run-control.ts';

/** How long a run that has posted nothing tries to reach the API. */
export const FIRST_CONTACT_MS = 10_000;

/** What a call is about: a deployment, by its key, or one of the two below. */
export type CallSubject = string;

export const CONNECTIONS: CallSubject = 'the list of devices';
export const POSTS: CallSubject = 'the deployments to be made';

export type FailedCall = {
  readonly about: CallSubject;
  readonly failure: ApiFailure;
  readonly calledAt: number;
};

export type Outage = {
  /** Notes a call that went wrong. Resolves when it may be tried again, or the run has been stopped. */
  wait(call: FailedCall): Promise<void>;
  /** Notes an answer. */
  answered(about: CallSubject): void;
  /** Notes a time in which no call can be made. */
  excuse(from: number, to: number): void;
};

export type OutagePorts = {
  readonly clock: Clock;
  readonly observer: Observer;
  readonly control: RunControl;
  /** How long the API may stay away, now: in milliseconds. */
  readonly patienceMs: () => number;
};

export function createOutage({ clock, observer, control, patienceMs }: OutagePorts): Outage {
  const downs = new Map<CallSubject, { since: number; failures: number }>();
  /** Until here, time in which no call can be made has been taken off. */
  let excusedUntil = 0;
  const firstDownAt = () => Math.min(...[...downs.values()].map(({ since }) => since));
  return {
    async wait({ about, failure, calledAt }) {
      const now = clock.now();
      const down = downs.get(about) ?? { since: calledAt, failures: 0 };
      downs.set(about, down);
      down.failures++;
      const giveUpAt = down.since + patienceMs();
      if (now >= giveUpAt) {
        control.stop({
          why: 'environment',
          origin: 'api-outage',
          message: describeOutage(failure, now - down.since),
          isRecorded: true,
        });
        return;
      }
      const wantedAt = decideRetryAfterFailure({ now, failures: down.failures, blockedUntil: null });
      const retryAt = Math.min(wantedAt, giveUpAt);
      observer.notice({ kind: 'call-failed', message: failure.message, retryAt, downSince: firstDownAt() });
      await control.sleepUntil(retryAt);
    },
    answered(about) {
      const down = downs.get(about);
      if (down === undefined) return;
      downs.delete(about);
      if (downs.size === 0) observer.notice({ kind: 'api-back', downMs: clock.now() - down.since });
    },
    excuse(from, to) {
      const excusedMs = to - Math.max(from, excusedUntil);
      if (excusedMs <= 0) return;
      excusedUntil = to;
      for (const down of downs.values()) down.since = Math.min(to, down.since + excusedMs);
    },
  };
}

function describeOutage(failure: ApiFailure, downMs: number): string {
  const since =
    downMs === 0 ? '' : ` It has not answered for ${renderDuration(Math.round(downMs / 1000) * 1000)}.`;
  return `${failure.message}${since}`;
}
