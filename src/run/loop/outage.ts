/**
 * How long an API that does not answer is borne. Before anything has been posted, a run that cannot reach it ends
 * quickly: somebody is waiting. Later, devices are in flight, and it is tried again until `apiOutage` has passed.
 *
 * 1. A refusal that the API does not document for a call is no answer: a redirect, a 400 to a poll.
 * 2. Each subject has an outage of its own: what is asked about one deployment says nothing of another. So a deployment
 *    whose polls are refused for ever ends the run, however well others are answered.
 * 3. Time in which the rate limit allowed no call is not counted.
 */
import { renderDuration } from '../../base/duration.ts';
import type { ApiFailure } from '../../backend/api.ts';
import { decideRetryAfterFailure } from '../../rollout/polling.ts';
import type { ApiClock } from './api-clock.ts';
import type { Observer } from './observer.ts';
import { refusedByApi } from './run-control.ts';
import type { RunControl } from './run-control.ts';

/** How long a run that has posted nothing tries to reach the API. */
export const FIRST_CONTACT_MS = 10_000;

/** What a call is about: a deployment, by its key, or one of the two below. */
export type CallSubject = string;

export const CONNECTIONS: CallSubject = 'the list of devices';
export const POSTS: CallSubject = 'the next deployments';

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
  readonly clock: ApiClock;
  readonly observer: Observer;
  readonly control: RunControl;
  /** How long the API may stay away, now: in milliseconds. */
  readonly patienceMs: () => number;
  /** By `clock`: when the run may wait no longer; `null` where it may. */
  readonly boundUntil: () => number | null;
};

/** No call is waited for longer. */
const CALL_MS_MAX = 120_000;

export function createOutage(ports: OutagePorts): Outage {
  const { clock, observer, control, patienceMs, boundUntil } = ports;
  /** `since` is by the steady clock: how long it is away does not depend on what time an answer tells meanwhile. */
  const downs = new Map<CallSubject, { since: number; failures: number }>();
  /** Until here, time in which no call can be made has been taken off. */
  let excusedUntil = 0;
  const downMsOf = ({ since }: { readonly since: number }) => clock.steady() - since;
  const firstDownAt = () => clock.now() - Math.max(...[...downs.values()].map(downMsOf));
  return {
    async wait({ about, failure, calledAt }) {
      const now = clock.now();
      const calledMs = Math.min(Math.max(0, now - calledAt), CALL_MS_MAX);
      const down = downs.get(about) ?? { since: clock.steady() - calledMs, failures: 0 };
      downs.set(about, down);
      down.failures++;
      const downMs = downMsOf(down);
      const giveUpAt = Math.min(now + patienceMs() - downMs, boundUntil() ?? Infinity);
      if (now >= giveUpAt) {
        control.stop({
          why: 'environment',
          origin: 'api-outage',
          message: describeOutage(failure, downMs),
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
      if (downs.size === 0) observer.notice({ kind: 'api-back', downMs: downMsOf(down) });
    },
    excuse(from, to) {
      const excusedMs = to - Math.max(from, excusedUntil);
      if (excusedMs <= 0) return;
      excusedUntil = to;
      for (const down of downs.values())
        down.since = Math.min(clock.steady() + to - clock.now(), down.since + excusedMs);
    },
  };
}

function describeOutage({ message }: ApiFailure, downMs: number): string {
  if (downMs === 0) return message;
  const sentence = message.endsWith('.') ? message : `${message}.`;
  return `${sentence} The API has not answered for ${renderDuration(Math.round(downMs / 1000) * 1000)}.`;
}

/**
 * What comes of a call that asks about a deployment and fails: the run ends where it would be refused again, and where it
 * got no answer it waits. For the rate limit the next call waits by itself.
 */
export async function bearFailure(
  call: FailedCall,
  { control, outage }: { readonly control: RunControl; readonly outage: Outage },
): Promise<void> {
  switch (call.failure.kind) {
    case 'unauthorized':
    case 'forbidden':
      control.stop(refusedByApi(call.failure.message));
      return;
    case 'rate-limited':
      return;
    case 'unreachable':
    case 'connection-lost':
    case 'timed-out':
    case 'server-error':
    case 'unreadable':
    case 'unexpected-status':
    case 'invalid':
    case 'not-found':
    case 'conflict':
      await outage.wait(call);
  }
}
