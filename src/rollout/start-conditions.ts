/**
 * What may hold a wave back, before it starts or before each of its deployments: the one list that `decide`, the runner,
 * the status, the report and the advice go by. A condition that one of them does not know does not compile.
 */
import { namesOf } from '../plan/format/key.ts';
import type { WaitFacts } from '../plan/format/wave-keys.ts';
import type { Wave } from '../plan/rollout-plan.ts';
import { nextBefore, nextBeforeRollout } from './hooks.ts';
import type { PlannedHook } from './hooks.ts';
import { inDoubtOf, mayArriveUntil } from './in-doubt.ts';
import type { DeploymentState, RolloutState, WaveState } from './state.ts';
import { apiTimeIn, closedUntil } from './time-in-doubt.ts';
import type { Times } from './time-in-doubt.ts';
import type { TimedWaitNamed } from './wait-reasons.ts';
import { nextOpening } from './window.ts';

/** What holds back the start of a wave. */
export type StartHold =
  /** A command that decides whether to start. */
  | { readonly kind: 'before-rollout' | 'before-wave'; readonly planned: PlannedHook }
  /** Ends by itself at `until`. */
  | { readonly kind: TimedWaitNamed<'window'>; readonly until: number }
  /** A person has to approve it. */
  | { readonly kind: 'approval' };

/** What holds back all deployments of a wave that has started. */
export type PostHold =
  /** Until a person resumes the rollout. */
  | { readonly kind: 'paused' }
  /** Until a person settles what may exist. */
  | { readonly kind: 'in-doubt'; readonly deployments: readonly DeploymentState[] }
  | { readonly kind: TimedWaitNamed<'window'>; readonly until: number };

/** What holds back one batch: an earlier request for it may still arrive until then. */
export type BatchHold = { readonly kind: TimedWaitNamed<'signature'>; readonly until: number };

export type HoldKind = (StartHold | PostHold | BatchHold)['kind'];

type Condition = {
  /** Whether the plan or a person asks for it: then somebody has to look before the wave starts. */
  readonly isAskedFor: (state: RolloutState, wave: Wave) => boolean;
  /** Whether it may hold back the start for hours, with nothing on record meanwhile. */
  readonly isLong: boolean;
  readonly beforeStart: (state: RolloutState, wave: WaveState, times: Times) => StartHold | null;
  readonly beforePosts: (state: RolloutState, wave: Wave, times: Times) => PostHold | null;
};

const never = () => null;

/** The condition that each key is by which a wave waits; `null` for one that comes after its deployments. */
const CONDITION_OF: { readonly [Name in keyof WaitFacts]: HoldKind | null } = {
  window: 'window',
  approval: 'approval',
  gates: null,
};

function isGiven(kind: HoldKind, wave: Wave): boolean {
  return namesOf(CONDITION_OF).some((name) => CONDITION_OF[name] === kind && wave[name] !== undefined);
}

/**
 * In the order in which they hold back a start: first the window, then the approval, since who approves a wave knows that
 * it starts. A pause and a doubt are looked at before any wave is.
 */
const CONDITIONS: { readonly [Kind in HoldKind]: Condition } = {
  paused: {
    isAskedFor: ({ pause }) => pause !== null,
    isLong: false,
    beforeStart: never,
    beforePosts: ({ pause }) => (pause === null ? null : { kind: 'paused' }),
  },
  'in-doubt': {
    isAskedFor: () => false,
    isLong: false,
    beforeStart: never,
    beforePosts: (state) => {
      const deployments = inDoubtOf(state);
      return deployments.length === 0 ? null : { kind: 'in-doubt', deployments };
    },
  },
  'before-rollout': {
    isAskedFor: ({ plan }) => plan.hooks?.beforeRollout !== undefined,
    isLong: false,
    beforeStart: (state) => holdByHook('before-rollout', nextBeforeRollout(state)),
    beforePosts: never,
  },
  window: {
    isAskedFor: (_, wave) => isGiven('window', wave),
    isLong: true,
    beforeStart: (_, { wave }, times) => holdByWindow(wave, times),
    beforePosts: (_, wave, times) => holdByWindow(wave, times),
  },
  approval: {
    isAskedFor: (_, wave) => isGiven('approval', wave),
    isLong: true,
    beforeStart: (state, wave) => (needsApproval(state, wave) ? { kind: 'approval' } : null),
    beforePosts: never,
  },
  'before-wave': {
    isAskedFor: ({ plan }) => plan.hooks?.beforeWave !== undefined,
    isLong: false,
    beforeStart: (state, { wave }) => holdByHook('before-wave', nextBefore(state, wave.name)),
    beforePosts: never,
  },
  // Of single batches: see `holdOnBatch`.
  signature: { isAskedFor: () => false, isLong: false, beforeStart: never, beforePosts: never },
};

export const HOLD_KINDS: readonly HoldKind[] = namesOf(CONDITIONS);

/** Whether something may have to be waited for before the wave starts: then it starts only when a runner has looked. */
export function mayBeHeld(state: RolloutState, { wave }: WaveState): boolean {
  return HOLD_KINDS.some((kind) => CONDITIONS[kind].isAskedFor(state, wave));
}

/** Whether no news for hours are as they should be before the wave starts. */
export function mayBeHeldLong(state: RolloutState, { wave }: WaveState): boolean {
  return HOLD_KINDS.some((kind) => CONDITIONS[kind].isLong && CONDITIONS[kind].isAskedFor(state, wave));
}

/** The first that holds back the start of the wave; `null` where it may start now. */
export function holdOnStart(state: RolloutState, wave: WaveState, times: Times): StartHold | null {
  for (const kind of HOLD_KINDS) {
    const hold = CONDITIONS[kind].beforeStart(state, wave, times);
    if (hold !== null) return hold;
  }
  return null;
}

/** All that holds back every deployment of the wave. */
export function holdsOnPosts(state: RolloutState, wave: Wave, times: Times): readonly PostHold[] {
  return HOLD_KINDS.flatMap((kind) => CONDITIONS[kind].beforePosts(state, wave, times) ?? []);
}

/** Until when a request for the batch that was signed earlier may still arrive, by the API's clock. */
export function holdOnBatch(
  state: RolloutState,
  { wave, batch }: Pick<DeploymentState, 'wave' | 'batch'>,
  times: Times,
): BatchHold | null {
  const apiTime = apiTimeIn(times);
  const ends = [...state.deployments.values()]
    .filter((deployment) => deployment.wave === wave && deployment.batch === batch)
    .flatMap((deployment) => mayArriveUntil(deployment, state) ?? [])
    .filter((end) => end > apiTime);
  return ends.length === 0 ? null : { kind: 'signature', until: Math.max(...ends) };
}

/** Whether a person has yet to approve the wave, for the plan as it is. */
export function needsApproval({ approvals, digest }: RolloutState, { wave }: WaveState): boolean {
  return wave.approval === 'required' && approvals.get(wave.name)?.digest !== digest;
}

/** When posts of the wave may be held back no more the next time, although nothing may hold them back now; `null` for never. */
export function nextRelease({ window }: Wave, now: number): number | null {
  if (window === undefined) return null;
  const { from, to } = nextOpening(window, now);
  return from > now ? from : nextOpening(window, to).from;
}

function holdByWindow(
  { window }: Wave,
  times: Times,
): Extract<StartHold, { readonly kind: 'window' }> | null {
  const until = closedUntil(window, times);
  return until === null ? null : { kind: 'window', until };
}

function holdByHook(kind: 'before-rollout' | 'before-wave', planned: PlannedHook | null): StartHold | null {
  return planned === null ? null : { kind, planned };
}
