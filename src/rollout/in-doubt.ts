/**
 * What the last word on a deployment means for its batch: whether it may be posted, and as what.
 *
 * The API has no idempotency key and lists no deployments, so an intent without an answer is the one thing that nobody
 * can find out. A runner that is alive waits for the answer; of one that is gone, the next runner records first that the
 * deployment is in doubt (`decideOnResuming`), and everything else follows from this table.
 */
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import type { RolloutEvent } from './event.ts';
import type { DeploymentCall, DeploymentState, RolloutState } from './state.ts';

export type BatchFate =
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

const FATES: Readonly<Record<LastWord, Readonly<Record<Word, BatchFate>>>> = {
  intended: { stop: 'leave', 'post-again': 'leave' },
  accepted: { stop: 'leave', 'post-again': 'leave' },
  'not-made': { stop: 'post-this-attempt', 'post-again': 'post-this-attempt' },
  doubted: { stop: 'settle-first', 'post-again': 'post-next-attempt' },
  refused: { stop: 'leave', 'post-again': 'leave' },
  'refused-and-acknowledged': { stop: 'post-next-attempt', 'post-again': 'post-next-attempt' },
};

export function fateOf({ call }: DeploymentState, { whenInDoubt }: RolloutPlan): BatchFate {
  const word = call.kind === 'refused' && call.isAcknowledged ? 'refused-and-acknowledged' : call.kind;
  return FATES[word][whenInDoubt];
}

/** Deployments whose fate is not known and that the plan does not allow to be posted again. */
export function inDoubtOf({ deployments, plan }: RolloutState): readonly DeploymentState[] {
  return [...deployments.values()].filter((deployment) => fateOf(deployment, plan) === 'settle-first');
}

/**
 * What a new runner must put on record before it goes on: an intent without an answer was left by a runner that ended
 * in between, and nobody knows whether that deployment exists.
 */
export function decideOnResuming(state: RolloutState): readonly RolloutEvent[] {
  return [...state.deployments.values()]
    .filter(({ call }) => call.kind === 'intended')
    .map(({ key }) => ({
      type: 'deployment-doubted',
      deployment: key,
      failure: {
        kind: 'runner-ended',
        message: 'the runner ended after it had announced this deployment and before an answer was on record',
        status: null,
        code: null,
        requestId: null,
      },
    }));
}
