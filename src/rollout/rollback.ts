/**
 * Taking a rollout back: another artifact for the devices that it has reached, as a rollout of its own with a record of its
 * own, under the name `NAME.rollback`. Its plan follows from the record of the first, which goes on no more: so it is the
 * same whenever it is asked for, and no device is in it that was not reached.
 */
import { rollbackName } from '../plan/identifiers.ts';
import type { Serial, WaveName } from '../plan/identifiers.ts';
import type { Hooks, RolloutPlan, Wave } from '../plan/rollout-plan.ts';
import type { HaltCause, Rules } from './event.ts';
import { limitOf } from './judge.ts';
import { isSuperseded, standingOf } from './change-state.ts';
import type { RollbackScope } from './order.ts';
import type { DeploymentState, RolloutState } from './state.ts';

/** Each wave's, in their order in the plan; waves without any are left out. */
export function devicesToTakeBack(
  { waves, deployments }: RolloutState,
  only: RollbackScope,
): ReadonlyMap<WaveName, readonly Serial[]> {
  const taken = new Set<Serial>();
  for (const deployment of deployments.values()) {
    if (deployment.call.kind !== 'accepted') continue;
    const isWanted = only === 'reached' ? isReached : hasSucceeded;
    for (const serial of deployment.devices) if (isWanted(deployment, serial)) taken.add(serial);
  }
  return new Map(
    waves
      .map(({ wave }) => [wave.name, wave.devices.filter((serial) => taken.has(serial))] as const)
      .filter(([, devices]) => devices.length > 0),
  );
}

/** In this deployment: that another one has rejected it changes nothing. */
function isReached({ rejections }: DeploymentState, serial: Serial): boolean {
  return !rejections.has(serial);
}

/** By its latest attempt, or too late for it to count. */
function hasSucceeded(deployment: DeploymentState, serial: Serial): boolean {
  if (deployment.lateOutcomes.get(serial) === 'success') return true;
  return standingOf(deployment, serial) === 'success' && !isSuperseded(deployment, serial);
}

/** Whether the plan wants it rolled back, nobody has begun to, and its halt is one that an automatic rollback follows from. */
export function isRollbackDue(state: RolloutState): boolean {
  const { phase, plan, abort, rollback, rules } = state;
  if (phase.kind !== 'closed' || abort !== null || rollback !== null) return false;
  if (!causesRollback(phase.cause.reason, rules)) return false;
  if (plan.rollback?.automatic !== true || isAnyInDoubt(state)) return false;
  return devicesToTakeBack(state, 'reached').size > 0;
}

/**
 * Whether an automatic rollback follows from this halt: only where devices or health checks showed that the artifact does
 * harm. A halt that says nothing about the artifact leaves the decision to a person. A new reason must be decided here.
 */
export function causesRollback(reason: HaltCause['reason'], rules: Rules): boolean {
  switch (reason) {
    case 'failures-exceeded':
    case 'success-unreachable':
    case 'rollout-failures-exceeded':
    case 'gate-failed':
      return true;
    case 'hook-failed':
    case 'deployment-refused':
      return rules === 1;
    case 'operator':
      return false;
  }
}

/** Devices of such a deployment may have been reached, or not. */
export function isAnyInDoubt({ deployments, plan }: RolloutState): boolean {
  return (
    plan.whenInDoubt === 'stop' &&
    [...deployments.values()].some(({ call }) => call.kind === 'doubted' || call.kind === 'intended')
  );
}

/** The plan of the rollback that has been decided; `null` where none has. */
export function planRollback(state: RolloutState): RolloutPlan | null {
  const { plan, startedAt, rollback } = state;
  if (rollback === null || plan.rollback === undefined) return null;
  const { name, region, haltGraceMs, whenInDoubt } = plan;
  const { artifact, arguments: values } = plan.rollback;
  const taken = devicesToTakeBack(state, rollback.only);
  const succeeded = devicesToTakeBack(state, 'succeeded');
  return {
    name: rollbackName(name),
    description: `Takes ${name} back`,
    ...{ region, artifact, maxFailures: null, haltGraceMs, whenInDoubt },
    rollbackOf: { name, startedAt },
    ...tellingHooks(plan.hooks ?? {}),
    waves: plan.waves.flatMap((wave) => {
      const devices = taken.get(wave.name);
      return devices === undefined
        ? []
        : [planWave(wave, { devices, values, succeeded: succeeded.get(wave.name) ?? [] })];
    }),
  };
}

/** Those that decide whether to deploy are about the artifact that is taken back. */
function tellingHooks({ afterWave, onHalt, afterRollout }: Hooks): Pick<RolloutPlan, 'hooks'> {
  const hooks: Hooks = {
    ...(afterWave === undefined ? {} : { afterWave }),
    ...(onHalt === undefined ? {} : { onHalt }),
    ...(afterRollout === undefined ? {} : { afterRollout }),
  };
  return Object.keys(hooks).length === 0 ? {} : { hooks };
}

type Taken = {
  readonly devices: readonly Serial[];
  readonly values: Wave['arguments'];
  /** Of the wave's devices. */
  readonly succeeded: readonly Serial[];
};

/**
 * In batches as before, at once: no window, soak, gate or approval holds it up. It tolerates what the wave does, and
 * besides as many failures as there are devices that had not succeeded: they may be beyond reach, and are not to keep the
 * others from being taken back.
 */
function planWave(wave: Wave, { devices, values, succeeded }: Taken): Wave {
  const { name, batch, timeoutMs } = wave;
  const others = devices.length - succeeded.length;
  const tolerated = Math.max(0, limitOf(wave, wave.devices.length).tolerated) + others;
  return {
    ...{ name, devices, timeoutMs },
    arguments: values,
    minSuccess: null,
    maxFailures: { count: Math.min(tolerated, devices.length) },
    rejected: 'failure',
    batch: { size: Math.min(batch.size, devices.length), parallel: batch.parallel },
  };
}
