/** What a run waits for next, and the calls that it has left: for the live view and the heartbeat. */
import { renderElapsed } from '../../base/duration.ts';
import { count } from '../../base/text.ts';
import { inFlightDeployments } from '../../rollout/decide.ts';
import { untilNext } from './notices.ts';
import type { View } from './view.ts';

/** `times out in 21m58s, poll in 8s, 912 calls left`: what is known of it, nearest first of several deployments. */
export function describeTimes(view: View, now: number): string {
  const end = describeEnd(view, now);
  const poll = describePoll(view, now);
  const calls = callsLeft(view, now);
  return [
    ...(end === null ? [] : [end]),
    ...(poll === null ? [] : [poll]),
    ...(calls === null ? [] : [`${count(calls, 'call')} left`]),
  ].join(', ');
}

/** When the devices in flight are out of time, or after a halt, are no longer watched. */
function describeEnd({ state }: View, now: number): string | null {
  const deadlineAt = state === null ? null : earliest(deadlinesOf(state));
  if (state === null || deadlineAt === null) return null;
  const { phase, plan } = state;
  const isHalted = phase.kind === 'halted';
  const at = isHalted ? Math.min(deadlineAt, phase.watchedFrom + plan.haltGraceMs) : deadlineAt;
  if (at <= now) return 'time is out, asking once more';
  const left = renderElapsed(untilNext(at, now));
  return isHalted ? `watched for ${left} more` : `times out in ${left}`;
}

function describePoll({ state, polls, stopping }: View, now: number): string | null {
  if (state === null || stopping !== null) return null;
  const at = earliest(inFlightDeployments(state).flatMap(({ key }) => polls.get(key) ?? []));
  if (at === null) return null;
  return at <= now ? 'polling now' : `poll in ${renderElapsed(untilNext(at, now))}`;
}

/** `null` where no answer has told it, and after the hour for which it was told. */
function callsLeft({ budget }: View, now: number): number | null {
  if (budget === null || (budget.resetAt !== null && budget.resetAt <= now)) return null;
  return budget.remaining;
}

function deadlinesOf(state: NonNullable<View['state']>): readonly number[] {
  return inFlightDeployments(state).flatMap(({ call }) =>
    call.kind === 'accepted' ? [call.deadlineAt] : [],
  );
}

function earliest(times: readonly number[]): number | null {
  return times.length === 0 ? null : Math.min(...times);
}
