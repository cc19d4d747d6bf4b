/**
 * What is next, given all that has happened. Pure: the same state and time give the same decision, whether it is
 * asked for by a runner, by one that has just resumed, or by the preview.
 *
 * The order matters: what is certain is put on record before anything more is posted.
 */
import { assert, present } from '../base/assert.ts';
import type { Serial, WaveName } from '../plan/identifiers.ts';
import { inFlightOf, openOf } from './bucket.ts';
import type { DeploymentKey, HaltCause, RolloutEvent } from './event.ts';
import { fateOf, inDoubtOf } from './in-doubt.ts';
import { isExceeded, judgeRollout, judgeWave } from './judge.ts';
import type { Judgement } from './judge.ts';
import type { DeploymentState, RolloutState, WaveState } from './state.ts';

export type Decision =
  /** Follows from what is known; to be put on record before anything else. */
  | { readonly kind: 'record'; readonly event: RolloutEvent }
  /** Deployments to post, in this order and at most `parallel` in flight at once, and those in flight to follow. */
  | {
      readonly kind: 'deploy';
      readonly wave: WaveState;
      readonly post: readonly PlannedDeployment[];
      readonly follow: readonly DeploymentState[];
    }
  /** Halted: nothing more is posted, devices in flight are followed until they end or until `until`. */
  | { readonly kind: 'watch'; readonly follow: readonly DeploymentState[]; readonly until: number }
  /** Paused, and nothing is in flight. */
  | { readonly kind: 'paused' }
  /** Deployments that may exist without our knowing them. Only an operator can go on. */
  | { readonly kind: 'in-doubt'; readonly deployments: readonly DeploymentState[] }
  | { readonly kind: 'end' };

export type PlannedDeployment = {
  readonly key: DeploymentKey;
  readonly wave: WaveName;
  readonly batch: number;
  readonly attempt: number;
  readonly devices: readonly Serial[];
};

export function decide(state: RolloutState, now: number): Decision {
  switch (state.phase.kind) {
    case 'completed':
    case 'closed':
      return { kind: 'end' };
    case 'halted':
      return decideWatch(state, state.phase.watchedFrom + state.plan.haltGraceMs, now);
    case 'running':
      return decideRunning(state);
  }
}

/** What is certain and not yet on record, or `null`: asked after every event, before anything else is started. */
export function decideVerdict(state: RolloutState): RolloutEvent | null {
  if (state.phase.kind !== 'running') return null;
  const current = state.waves.find(({ phase }) => phase !== 'passed');
  if (current === undefined) return { type: 'rollout-completed' };
  const { name } = current.wave;
  if (state.abort !== null) {
    return { type: 'rollout-halted', wave: name, cause: { reason: 'operator', order: state.abort } };
  }
  if (current.phase === 'waiting') {
    return state.pause === null ? { type: 'wave-started', wave: name } : null;
  }
  assert(current.phase === 'running', 'a running rollout has no halted wave');
  const cause = haltCauseOf(state, current);
  if (cause !== null) return { type: 'rollout-halted', wave: name, cause };
  return openOf(current.tally) === 0 ? { type: 'wave-passed', wave: name } : null;
}

/** Whether `planned` may still be posted: asked once more, immediately before its intent is put on record. */
export function mayPost(state: RolloutState, planned: PlannedDeployment): boolean {
  if (decideVerdict(state) !== null || state.phase.kind !== 'running' || state.pause !== null) return false;
  const earlier = state.deployments.get(planned.key);
  return inDoubtOf(state).length === 0 && (earlier === undefined || earlier.call.kind === 'not-made');
}

/** Accepted deployments with devices that have not ended. */
export function inFlightDeployments(state: RolloutState): readonly DeploymentState[] {
  return [...state.deployments.values()].filter(({ tally }) => inFlightOf(tally) > 0);
}

function decideWatch(state: RolloutState, until: number, now: number): Decision {
  const follow = inFlightDeployments(state);
  if (follow.length > 0 && now < until) return { kind: 'watch', follow, until };
  const unfinished = follow.reduce((sum, { tally }) => sum + inFlightOf(tally), 0);
  return { kind: 'record', event: { type: 'grace-ended', unfinished } };
}

function decideRunning(state: RolloutState): Decision {
  const verdict = decideVerdict(state);
  if (verdict !== null) return { kind: 'record', event: verdict };
  const inDoubt = inDoubtOf(state);
  if (inDoubt.length > 0) return { kind: 'in-doubt', deployments: inDoubt };
  const follow = inFlightDeployments(state);
  if (state.pause !== null && follow.length === 0) return { kind: 'paused' };
  const wave = present(
    state.waves.find(({ phase }) => phase === 'running'),
    'the wave that runs',
  );
  const post = state.pause === null ? plannedFor(state, wave) : [];
  return { kind: 'deploy', wave, post, follow };
}

function haltCauseOf(state: RolloutState, current: WaveState): HaltCause | null {
  for (const { key, call } of state.deployments.values()) {
    if (call.kind === 'refused' && !call.isAcknowledged)
      return { reason: 'deployment-refused', deployment: key, failure: call.failure };
  }
  const wave = judgeWave(current.wave, current);
  if (isExceeded(wave)) {
    return causeOf(wave.needed === null ? 'failures-exceeded' : 'success-unreachable', wave);
  }
  const rollout = judgeRollout(state.plan, state.waves);
  return rollout !== null && isExceeded(rollout) ? causeOf('rollout-failures-exceeded', rollout) : null;
}

function causeOf(
  reason: Exclude<HaltCause['reason'], 'deployment-refused' | 'operator'>,
  judgement: Judgement,
): HaltCause {
  const { failures, base, tolerated, needed, acknowledged } = judgement;
  const cause = { reason, failures, base, tolerated, needed };
  return acknowledged === 0 ? cause : { ...cause, acknowledged };
}

/** The wave's batches that have not been answered for: never tried, certainly not made, or free to be tried again. */
function plannedFor(state: RolloutState, current: WaveState): readonly PlannedDeployment[] {
  const latest = new Map<number, DeploymentState>();
  for (const deployment of state.deployments.values()) {
    if (deployment.wave === current.wave.name) latest.set(deployment.batch, deployment);
  }
  return current.batches.flatMap((devices, index) => {
    const batch = index + 1;
    const attempt = attemptAfter(latest.get(batch), state);
    if (attempt === null) return [];
    const key = `${current.wave.name}/${batch}${attempt === 1 ? '' : `.${attempt}`}`;
    return [{ key, wave: current.wave.name, batch, attempt, devices }];
  });
}

/** Which attempt at a batch is to be made, or `null` for none. */
function attemptAfter(latest: DeploymentState | undefined, { plan }: RolloutState): number | null {
  if (latest === undefined) return 1;
  switch (fateOf(latest, plan)) {
    case 'leave':
    case 'settle-first':
      return null;
    case 'post-this-attempt':
      return latest.attempt;
    case 'post-next-attempt':
      return latest.attempt + 1;
  }
}
