/** What is certain and not yet on record: that a rollout halts, and why; that a wave starts, soaks or has passed. */
import type { FailedHook } from './hooks.ts';
import type { RolloutEvent } from './event.ts';
import type { GateState, WaveState, DeploymentState, RolloutState } from './state.ts';
import type { Gate } from '../plan/rollout-plan.ts';
import { isFailed, failedHook } from './hooks.ts';
import { present, assert } from '../base/assert.ts';
import { isContradicted, findingsOf, inconclusiveIn } from './confirm.ts';
import { mayBeHeld } from './start-conditions.ts';
import { openOf } from './device-status.ts';
import type { HaltCause } from './halt-cause.ts';
import { isExceeded, judgeRollout, judgeTimedOut, judgeWave } from './judge.ts';
import type { Judgement } from './judge.ts';

/** What is certain and not yet on record, or `null`: asked after every event, before anything else is started. */
export function decideVerdict(state: RolloutState): RolloutEvent | null {
  if (state.phase.kind !== 'running') return null;
  const current = state.waves.find(({ phase }) => phase !== 'passed');
  if (current === undefined) return { type: 'rollout-completed' };
  const { name } = current.wave;
  if (state.abort !== null) {
    return { type: 'rollout-halted', wave: name, cause: { reason: 'operator', order: state.abort } };
  }
  switch (current.phase) {
    case 'waiting': {
      // Limits of what has passed may have become stricter.
      const cause = haltCauseOf(state, current);
      if (cause !== null) return { type: 'rollout-halted', wave: name, cause };
      const failed = failedHook(state);
      if (failed !== null) return { type: 'rollout-halted', wave: name, cause: causeOfHook(failed) };
      // What may have to be waited for is looked at by whoever runs it, and starts when it does.
      return mayBeHeld(state, current) ? null : { type: 'wave-started', wave: name };
    }
    case 'running':
    case 'soaking':
    case 'soaked': {
      const cause = haltCauseOf(state, current);
      if (cause !== null) return { type: 'rollout-halted', wave: name, cause };
      return openOf(current.tally) === 0 ? afterJudgement(state, current) : null;
    }
    case 'passed':
    case 'halted':
      assert(false, 'a running rollout has a wave that goes on');
  }
}

/** What comes next for a wave whose devices have all ended, and which they do not halt. */
function afterJudgement(state: RolloutState, current: WaveState): RolloutEvent | null {
  const { name, soakMs = 0 } = current.wave;
  if (current.phase === 'running' && soakMs > 0) return { type: 'wave-soaking', wave: name };
  if (current.phase === 'soaking' || toConfirm(state, current).length > 0) return null;
  const own = causeOfCheck(state, [current]);
  if (own !== null) return { type: 'rollout-halted', wave: name, cause: own };
  if (toLookBack(state, current).length > 0) return null;
  const earlier = causeOfCheck(state, state.waves.slice(0, current.index));
  if (earlier !== null) return { type: 'rollout-halted', wave: name, cause: earlier };
  const failed = current.gates.findIndex((gate, index) => hasFailed(gate, gateAt(current, index)));
  if (failed !== -1) {
    const { name: gateName } = gateAt(current, failed);
    const result = present(current.gates[failed]?.result, 'what the gate came to');
    const cause: HaltCause = { reason: 'gate-failed', gate: failed + 1, name: gateName, result };
    return { type: 'rollout-halted', wave: name, cause };
  }
  return current.gates.every(hasPassed) ? { type: 'wave-passed', wave: name } : null;
}

/** Deployments of the wave whose latest answer contradicts a success: they are asked about before it passes. */
export function toConfirm({ deployments }: RolloutState, { wave }: WaveState): readonly DeploymentState[] {
  return [...deployments.values()].filter(
    (deployment) => deployment.wave === wave.name && isAsked(deployment) && isContradicted(deployment),
  );
}

/**
 * Deployments of waves that have passed, which are asked about again before this one does: their devices may have failed
 * since. Nobody asks about what has no success, or what the API does not know any more.
 */
export function toLookBack(
  { waves, deployments }: RolloutState,
  current: WaveState,
): readonly DeploymentState[] {
  if (current.isEarlierChecked) return [];
  const earlier = new Set(waves.slice(0, current.index).map(({ wave }) => wave.name));
  return [...deployments.values()].filter(
    (deployment) =>
      earlier.has(deployment.wave) &&
      isAsked(deployment) &&
      deployment.tally.success + deployment.tally.inconclusive > 0,
  );
}

/** Whether there is something to ask the API about, and nobody has acknowledged that it does not know it. */
export function isAsked({ call, notFound }: DeploymentState): boolean {
  return call.kind === 'accepted' && notFound?.isForgotten !== true;
}

export function gateAt({ wave }: WaveState, index: number): Gate {
  return present(wave.gates?.[index], 'a gate');
}

export function hasPassed({ result, isAcknowledged }: GateState): boolean {
  return result !== null && (isAcknowledged || !isFailed(result));
}

/** For good: it is not tried again. */
function hasFailed({ result, isAcknowledged, attempts }: GateState, { retries }: Gate): boolean {
  return result !== null && isFailed(result) && !isAcknowledged && attempts > retries;
}

function causeOfHook({ point, wave, index, round, name, result }: FailedHook): HaltCause {
  return { reason: 'hook-failed', hook: { point, wave, index, round, name }, result };
}

/** `null` if nothing halts it; `current` is the running wave. */
function haltCauseOf(state: RolloutState, current: WaveState): HaltCause | null {
  for (const { key, call } of state.deployments.values()) {
    if (call.kind === 'refused' && !call.isAcknowledged)
      return { reason: 'deployment-refused', deployment: key, failure: call.failure };
  }
  const wave = judgeWave(current.wave, current, state.rules);
  if (isExceeded(wave)) return causeOfWave(wave);
  const timedOut = judgeTimedOut(current.wave, current);
  if (timedOut !== null && isExceeded(timedOut))
    return { ...causeOf('failures-exceeded', timedOut), kind: 'timed-out' };
  const rollout = judgeRollout(state.plan, state.waves, state.rules);
  const earlier = causeOfPassed(state) ?? causeOfReverts(state, rollout);
  if (earlier !== null) return earlier;
  return rollout !== null && isExceeded(rollout) ? causeOf('rollout-failures-exceeded', rollout) : null;
}

/** The limits of waves that had passed, judged again where devices have failed since, or where the limits became stricter. */
function causeOfPassed({ waves, rules }: RolloutState): HaltCause | null {
  for (const { phase, reverted, isLimitStricter, wave, ...score } of waves) {
    if (phase !== 'passed' || (reverted === 0 && !isLimitStricter)) continue;
    const judgement = judgeWave(wave, score, rules);
    if (!isExceeded(judgement)) continue;
    return reverted > 0
      ? { ...revertedBy(judgement), of: wave.name, reverted }
      : { ...causeOfWave(judgement), of: wave.name };
  }
  return null;
}

/** The plan's own limit, where devices of waves that had passed have failed since. */
function causeOfReverts({ waves }: RolloutState, rollout: Judgement | null): HaltCause | null {
  const reverted = waves.reduce((sum, wave) => sum + wave.reverted, 0);
  if (reverted === 0 || rollout === null || !isExceeded(rollout)) return null;
  return { ...revertedBy(rollout), of: null, reverted };
}

function revertedBy({ failures, base, tolerated, needed, acknowledged }: Judgement) {
  const counted = { reason: 'reverted' as const, failures, base, tolerated, needed };
  return acknowledged === 0 ? counted : { ...counted, acknowledged };
}

/** What was not confirmed of these waves, and not acknowledged. */
function causeOfCheck({ deployments }: RolloutState, waves: readonly WaveState[]): HaltCause | null {
  const devices = waves.reduce(
    (sum, { tally, acknowledged }) => sum + tally.inconclusive - acknowledged.inconclusive,
    0,
  );
  if (devices === 0) return null;
  const names = new Set(waves.map(({ wave }) => wave.name));
  const found = [...deployments.values()].filter(
    (deployment) => names.has(deployment.wave) && inconclusiveIn(deployment).length > 0,
  );
  return {
    reason: 'check-inconclusive',
    devices,
    deployments: found.map(({ key }) => key),
    findings: findingsOf(found),
  };
}

function causeOfWave(judgement: Judgement) {
  return causeOf(judgement.needed === null ? 'failures-exceeded' : 'success-unreachable', judgement);
}

function causeOf(
  reason: 'failures-exceeded' | 'success-unreachable' | 'rollout-failures-exceeded',
  judgement: Judgement,
): Exclude<Extract<HaltCause, { readonly failures: number }>, { readonly reason: 'reverted' }> {
  const { failures, base, tolerated, needed, acknowledged } = judgement;
  const cause = { reason, failures, base, tolerated, needed };
  return acknowledged === 0 ? cause : { ...cause, acknowledged };
}
