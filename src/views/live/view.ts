/**
 * What is in force while a run lasts: the latest state, and the notices that still hold; and what follows next. Pure; what
 * shows it asks `now`.
 */
import type { WaveName, DeploymentKey } from '../../plan/identifiers.ts';
import type { JournaledEvent } from '../../rollout/event.ts';
import type { Preflight } from '../../rollout/preflight.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Notice } from '../../run/loop/observer.ts';
import { untilNext } from './notices.ts';
import type { Waiting } from './notices.ts';
import { renderElapsed } from '../../base/duration.ts';
import { count } from '../../base/text.ts';
import { inFlightDeployments } from '../../rollout/decide.ts';

/** The rate budget as the latest answers told it. */
type Budget = Extract<Notice, { readonly kind: 'budget' }>['budget'];

export type View = {
  /** `null` until the run has told it. */
  readonly state: RolloutState | null;
  /** When each deployment is asked about next, in epoch milliseconds. */
  readonly polls: ReadonlyMap<DeploymentKey, number>;
  readonly budget: Budget | null;
  /** The API does not answer; tried again at `retryAt`. */
  readonly outage: { readonly message: string; readonly retryAt: number; readonly downSince: number } | null;
  readonly rateLimitedUntil: number | null;
  readonly clockAheadMs: number | null;
  /** What the API said that its documentation does not; the latest ones. */
  readonly oddities: readonly { readonly deployment: DeploymentKey; readonly message: string }[];
  /** What a wave waits for, with nothing in flight. */
  readonly waiting: Waiting | null;
  /** What was found before the first POST. */
  readonly preflight: Preflight | null;
  /** The gate that is being run. */
  readonly gate: { readonly wave: WaveName; readonly name: string; readonly attempt: number } | null;
  /** Devices in flight when the run was asked to stop, or `null`. */
  readonly stopping: number | null;
};

/** How many oddities are kept in sight. */
const ODDITIES_SHOWN = 2;

export const EMPTY_VIEW: View = {
  state: null,
  polls: new Map(),
  budget: null,
  outage: null,
  rateLimitedUntil: null,
  clockAheadMs: null,
  oddities: [],
  waiting: null,
  gate: null,
  preflight: null,
  stopping: null,
};

export function viewAfterEvent(view: View, event: JournaledEvent, state: RolloutState): View {
  // A new wave starts with a clean sheet: what the API said of an earlier one is in nobody's way any more.
  const told = { ...view, state, waiting: null, gate: null };
  return event.type === 'wave-started' ? { ...told, oddities: [], preflight: null } : told;
}

export function viewAfterNotice(view: View, notice: Notice): View {
  switch (notice.kind) {
    case 'going-on':
      return { ...view, state: notice.state };
    case 'journal-cut':
    case 'polled':
      return view;
    case 'poll-due':
      return { ...view, polls: new Map(view.polls).set(notice.deployment, notice.at) };
    case 'budget':
      return { ...view, budget: notice.budget };
    case 'call-failed': {
      const { message, retryAt, downSince } = notice;
      return { ...view, outage: { message, retryAt, downSince } };
    }
    case 'api-back':
      return { ...view, outage: null };
    case 'rate-limited':
      return { ...view, rateLimitedUntil: notice.until };
    case 'clock-off':
      return { ...view, clockAheadMs: notice.aheadMs };
    case 'oddity': {
      const { deployment, message } = notice;
      return { ...view, oddities: [...view.oddities, { deployment, message }].slice(-ODDITIES_SHOWN) };
    }
    case 'gate-started': {
      const { wave, name, attempt } = notice;
      return { ...view, waiting: null, gate: { wave, name, attempt } };
    }
    case 'preflight':
      return { ...view, preflight: notice.preflight };
    case 'waiting': {
      const { wave, why, until } = notice;
      return { ...view, waiting: { wave, why, until } };
    }
    case 'stopping':
      return { ...view, stopping: notice.inFlight };
  }
}

/** `times out in 21m58s, poll in 8s, 912 calls left`: what is known, for the nearest of several deployments. */
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

/** When the devices in flight time out, or after a halt, when polling stops. */
function describeEnd({ state }: View, now: number): string | null {
  const deadlineAt = state === null ? null : earliest(deadlinesOf(state));
  if (state === null || deadlineAt === null) return null;
  const { phase, plan } = state;
  const isHalted = phase.kind === 'halted';
  const at = isHalted ? Math.min(deadlineAt, phase.watchedFrom + plan.haltGraceMs) : deadlineAt;
  if (at <= now) return 'timeout reached, last poll';
  const left = renderElapsed(untilNext(at, now));
  return isHalted ? `polling for ${left} more` : `times out in ${left}`;
}

function describePoll({ state, polls, stopping }: View, now: number): string | null {
  if (state === null || stopping !== null) return null;
  const at = earliest(inFlightDeployments(state).flatMap(({ key }) => polls.get(key) ?? []));
  if (at === null) return null;
  return at <= now ? 'polling now' : `poll in ${renderElapsed(untilNext(at, now))}`;
}

/** `null` if no answer gave it, and after the hour that it was for. */
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
