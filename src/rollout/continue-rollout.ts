/** What a resume and a retry change: the rollout runs again, in a round of its own. Changes in place, as `apply.ts`. */
import { assert } from '../base/assert.ts';
import type { Serial, WaveName } from '../plan/identifiers.ts';
import { cutIntoBatches } from '../plan/rollout-plan.ts';
import {
  acknowledgeFailures,
  changeWave,
  putDeployment,
  supersede,
  waveOf,
  deviceStatusOf,
  isSuperseded,
  acknowledgeCommands,
  forgetFailedCommands,
} from './change-state.ts';
import type { EventOf } from './event.ts';
import type { RolloutState, DeploymentState } from './state.ts';
import { isFailure } from './device-status.ts';

/** The wave's devices whose latest attempt ended in a way that another one may mend. */
export function retriable(state: RolloutState, wave: string): readonly Serial[] {
  return [...state.deployments.values()]
    .filter((deployment) => deployment.wave === wave && deployment.call.kind === 'accepted')
    .flatMap((deployment) => deployment.devices.filter((serial) => isRetriable(deployment, serial)));
}

/** Devices of waves that had passed, and have failed since: nobody has acknowledged it, nor are they deployed to again. */
export function revertedOf({ waves, deployments }: RolloutState) {
  return waves
    .filter(({ phase, reverted }) => phase === 'passed' && reverted > 0)
    .map(({ wave: { name } }) => ({
      wave: name,
      devices: [...deployments.values()]
        .filter(({ wave }) => wave === name)
        .flatMap(({ devices, reverted, superseded, acknowledged }) =>
          devices.filter(
            (_, index) => reverted[index] === 1 && superseded[index] === 0 && acknowledged[index] === 0,
          ),
        ),
    }));
}

function isRetriable(deployment: DeploymentState, serial: Serial): boolean {
  const deviceStatus = deviceStatusOf(deployment, serial);
  return isFailure(deviceStatus) && deviceStatus !== 'unknown' && !isSuperseded(deployment, serial);
}

export function resume(state: RolloutState): RolloutState {
  const resumed = { ...state, pause: null };
  return state.phase.kind === 'running'
    ? { ...resumed, round: state.round + 1 }
    : acknowledgeFailures(acknowledgeCommands(acknowledgeLost(goOn(resumed))));
}

/** Deployments that the API does not know any more are asked about no more. */
function acknowledgeLost(state: RolloutState): RolloutState {
  let next = state;
  for (const deployment of state.deployments.values()) {
    const { notFound } = deployment;
    if (notFound !== null)
      next = putDeployment(next, { ...deployment, notFound: { ...notFound, isForgotten: true } });
  }
  return next;
}

export function retry(
  state: RolloutState,
  { wave, devices, earlier = [] }: EventOf<'wave-retried'>,
): RolloutState {
  let next = forgetFailedCommands(goOn({ ...state, pause: null }));
  next = changeWave(next, wave, { isEarlierChecked: false });
  for (const again of [{ wave, devices }, ...earlier]) next = deployAgain(next, again);
  return next;
}

/** Retried deployments soak again; a wave that had passed runs again. */
function deployAgain(
  state: RolloutState,
  { wave: name, devices }: { readonly wave: WaveName; readonly devices: readonly Serial[] },
): RolloutState {
  if (devices.length === 0) return state;
  const { wave, batches } = waveOf(state, name);
  const again = changeWave(state, name, {
    batches: [...batches, ...cutIntoBatches(devices, wave.batch.size)],
    phase: 'running',
    endedAt: null,
    soakUntil: null,
    reverted: 0,
    isEarlierChecked: false,
  });
  return supersede(again, name, devices);
}

/** After a halt: the wave that halted runs again, and what the API refused may be posted again. */
function goOn(state: RolloutState): RolloutState {
  const { phase } = state;
  assert(phase.kind === 'halted' || phase.kind === 'closed', 'only a halted rollout goes on after a halt');
  let next: RolloutState = { ...state, phase: { kind: 'running' }, round: state.round + 1 };
  for (const deployment of state.deployments.values()) {
    const { call } = deployment;
    if (call.kind === 'refused')
      next = putDeployment(next, { ...deployment, call: { ...call, isAcknowledged: true } });
  }
  const { startedAt } = waveOf(next, phase.wave);
  // Nothing of it is posted anew, and it has soaked.
  const { reason } = phase.cause;
  if (reason === 'gate-failed' || reason === 'check-inconclusive' || reason === 'reverted')
    return changeWave(next, phase.wave, { phase: 'soaked', endedAt: null });
  return changeWave(next, phase.wave, {
    phase: startedAt === null ? 'waiting' : 'running',
    endedAt: null,
    soakUntil: null,
    isEarlierChecked: false,
  });
}
