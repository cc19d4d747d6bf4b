/** Why a rollout has to halt, by what is on record of its devices and deployments. */
import { findingsOf, inconclusiveIn } from './confirm.ts';
import type { HaltCause } from './event.ts';
import { isExceeded, judgeRollout, judgeTimedOut, judgeWave } from './judge.ts';
import type { Judgement } from './judge.ts';
import type { RolloutState, WaveState } from './state.ts';

/** `null` where nothing halts it; `current` is the wave at work. */
export function haltCauseOf(state: RolloutState, current: WaveState): HaltCause | null {
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
export function causeOfCheck({ deployments }: RolloutState, waves: readonly WaveState[]): HaltCause | null {
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
