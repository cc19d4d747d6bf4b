/**
 * What the last word on a deployment means for its batch: whether it may be posted, and as what.
 *
 * The API has no idempotency key and lists no deployments, so an intent without an answer is the one thing that nobody
 * can find out. A runner that is alive waits for the answer; of one that is gone, the next runner records first that the
 * deployment is in doubt (`decideOnResuming`), and everything else follows from this table.
 */
import type { WaveName } from '../plan/identifiers.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import type { RolloutEvent } from './event.ts';
import type { DeploymentCall, DeploymentState, RolloutState } from './state.ts';
import type { SettleOrder } from './order.ts';

/** Until when its request may still arrive, by the clock that the order was given by; `null` where it cannot any more. */
export function endOfRequest(
  state: RolloutState,
  { deployment: key, apiTime, givenAt }: SettleOrder,
): number | null {
  const deployment = state.deployments.get(key);
  const until = deployment === undefined ? null : mayArriveUntil(deployment, state);
  if (until === null) return null;
  if (apiTime !== undefined) return apiTime < until ? until : null;
  return givenAt < until + UNASKED_CLOCK_MARGIN_MS ? until + UNASKED_CLOCK_MARGIN_MS : null;
}

export type NextAction =
  /** An answer is awaited, or has come: there is nothing to post. */
  | 'leave'
  /** Certainly not made: the same attempt is made again. */
  | 'post-this-attempt'
  /** What came of this attempt stays on record, and another one is made. */
  | 'post-next-attempt'
  /** It may exist: nothing further is posted, to any device, until an operator settles it. */
  | 'settle-first';

type Word = RolloutPlan['whenInDoubt'];

/** A refusal that an operator has acknowledged is another case than one that has just halted the rollout. */
type LastWord = DeploymentCall['kind'] | 'refused-and-acknowledged';

const FATES: Readonly<Record<LastWord, Readonly<Record<Word, NextAction>>>> = {
  intended: { stop: 'leave', 'post-again': 'leave' },
  accepted: { stop: 'leave', 'post-again': 'leave' },
  'not-made': { stop: 'post-this-attempt', 'post-again': 'post-this-attempt' },
  doubted: { stop: 'settle-first', 'post-again': 'post-next-attempt' },
  refused: { stop: 'leave', 'post-again': 'leave' },
  'refused-and-acknowledged': { stop: 'post-next-attempt', 'post-again': 'post-next-attempt' },
};

export function nextActionOf({ call }: DeploymentState, { whenInDoubt }: RolloutPlan): NextAction {
  const word = call.kind === 'refused' && call.isAcknowledged ? 'refused-and-acknowledged' : call.kind;
  return FATES[word][whenInDoubt];
}

/** How long the API takes a signed request, by its clock; and how far that clock may be known wrongly. */
export const SIGNATURE_MS = 600_000;
const CLOCK_MARGIN_MS = 60_000;

/** How far this machine's clock must be past the end where the API's cannot be asked. */
export const UNASKED_CLOCK_MARGIN_MS = 3_600_000;

/**
 * Until when, by the API's clock, the signed request of a deployment may still reach the API; `null` where it certainly
 * cannot any more, or is of no account.
 *
 * | the last word | why it may, or may not |
 * |---|---|
 * | intended, no answer | its runner may be frozen, and send it when it thaws |
 * | its runner ended before an answer | so may a runner that was only taken for ended (`unlock`); not one whose process has certainly ended |
 * | no answer came in time | the runner has given up; the network may still deliver it |
 * | an answer, or a broken connection | the request is at its end, for whoever sent it |
 *
 * A record of release 0.1 has no time of signing: the intent's own stands in for it, which comes right after it.
 */
export function mayArriveUntil(
  { call, signedAt, intendedAt }: DeploymentState,
  { simulated }: RolloutState,
): number | null {
  // The simulator of a simulated rollout ends with its runner.
  if (simulated) return null;
  const isOpen =
    call.kind === 'intended' ||
    (call.kind === 'doubted' &&
      !call.isSenderGone &&
      call.failure.status === null &&
      OPEN.has(call.failure.kind));
  return isOpen ? (signedAt ?? intendedAt) + SIGNATURE_MS + CLOCK_MARGIN_MS : null;
}

const OPEN: ReadonlySet<string> = new Set(['runner-ended', 'timed-out']);

/** When the last signed request that a runner may still send has ended; `null` where there is none. */
export function unansweredUntil(state: RolloutState): number | null {
  const ends = [...state.deployments.values()]
    .filter(({ call }) => call.kind === 'intended')
    .flatMap((deployment) => mayArriveUntil(deployment, state) ?? []);
  return ends.length === 0 ? null : Math.max(...ends);
}

/** Deployments whose fate is not known and that the plan does not allow to be posted again. */
export function inDoubtOf({ deployments, plan }: RolloutState): readonly DeploymentState[] {
  return [...deployments.values()].filter((deployment) => nextActionOf(deployment, plan) === 'settle-first');
}

/**
 * Whether anything that was posted of the wave may have reached a device. What was certainly refused has not; that an
 * operator says that it was not created is no refusal by the API.
 */
export function hasBegun({ deployments }: Pick<RolloutState, 'deployments'>, wave: WaveName): boolean {
  return [...deployments.values()].some((deployment) => deployment.wave === wave && mayExist(deployment));
}

function mayExist({ call }: DeploymentState): boolean {
  switch (call.kind) {
    case 'intended':
    case 'doubted':
    case 'accepted':
      return true;
    case 'not-made':
      return call.failure.kind === 'settled';
    case 'refused':
      return false;
  }
}

/**
 * What a new runner must put on record before it goes on: an intent without an answer was left by a runner that ended
 * in between, and nobody knows whether that deployment exists. `gone` are the holds whose processes have certainly ended.
 */
export function decideOnResuming(state: RolloutState, gone: readonly string[]): readonly RolloutEvent[] {
  return [...state.deployments.values()]
    .filter(({ call }) => call.kind === 'intended')
    .map(({ key, sender }) => ({
      type: 'deployment-doubted',
      deployment: key,
      ...(sender !== null && gone.includes(sender) ? { isSenderGone: true as const } : {}),
      failure: {
        kind: 'runner-ended',
        message: 'the runner ended after it recorded this deployment and before it recorded an answer',
        status: null,
        code: null,
        requestId: null,
      },
    }));
}
