/**
 * Taking a rollout back: another artifact for the devices that it has reached, as a rollout of its own with a record of its
 * own, under the name `NAME.rollback`. Its plan follows from the record of the first, which goes on no more: so it is the
 * same whenever it is asked for, and no device is in it that was not reached.
 */
import { rollbackName } from '../plan/identifiers.ts';
import type { Serial, WaveName } from '../plan/identifiers.ts';
import type { HookPoint, Hooks, Rollback, RolloutPlan, Wave } from '../plan/rollout-plan.ts';
import { RULES_OF_TODAY } from './event.ts';
import type { RolloutEvent, Rules } from './event.ts';
import { isDeciding } from './hooks.ts';
import { thresholdLimitOf } from './judge.ts';
import { isSuperseded, deviceStatusOf } from './change-state.ts';
import type { OrderRecord, RollbackScope } from './order.ts';
import type { DeploymentState, RolloutState } from './state.ts';
import type { HaltCause } from './halt-cause.ts';

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
  return deviceStatusOf(deployment, serial) === 'success' && !isSuperseded(deployment, serial);
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
    case 'reverted':
    case 'rollout-failures-exceeded':
    case 'gate-failed':
      return true;
    case 'hook-failed':
    case 'deployment-refused':
      return rules === 1;
    case 'check-inconclusive':
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

/**
 * What puts a rollback on record. One that follows by itself in a record of release 0.1 is planned as it was then, unless its
 * plan says what only later releases know; what a person orders now is planned as now.
 */
export function rollbackEvent(
  { plan, rules }: RolloutState,
  order: OrderRecord | null,
  only: RollbackScope,
): RolloutEvent {
  const event = { type: 'rollback-started', order, only } as const;
  const isOld = order === null && rules === 1 && !hasOwnPolicy(plan.rollback);
  return isOld ? event : { ...event, rules: RULES_OF_TODAY };
}

function hasOwnPolicy(rollback: Rollback | undefined): boolean {
  return (
    rollback?.maxFailures !== undefined ||
    rollback?.maxTimedOut !== undefined ||
    rollback?.batch !== undefined ||
    rollback?.timeoutMs !== undefined
  );
}

/** The plan of the rollback that has been decided, with the artifact and the programs of `plan`, which is reviewed. */
export function planRollbackBy(state: RolloutState, plan: RolloutPlan): RolloutPlan | null {
  const { name, waves } = state.plan;
  return planRollback({ ...state, plan: { ...plan, name, waves } });
}

/** The plan of the rollback that has been decided; `null` where none has. */
export function planRollback(state: RolloutState): RolloutPlan | null {
  const { plan, startedAt, rollback } = state;
  if (rollback === null || plan.rollback === undefined) return null;
  const { name, region, haltGraceMs, whenInDoubt } = plan;
  const { artifact } = plan.rollback;
  return {
    name: rollbackName(name),
    description: `Takes ${name} back`,
    region,
    artifact,
    maxFailures: null,
    haltGraceMs,
    whenInDoubt,
    rollbackOf: { name, startedAt },
    ...notifyingHooks(plan.hooks ?? {}),
    waves: planWaves(state, plan.rollback, rollback),
  };
}

function planWaves(
  state: RolloutState,
  policy: Rollback,
  { only, rules }: NonNullable<RolloutState['rollback']>,
): readonly Wave[] {
  switch (rules) {
    case 1: {
      const taken = devicesToTakeBack(state, only);
      const succeeded = devicesToTakeBack(state, 'succeeded');
      return state.plan.waves.flatMap((wave) => {
        const devices = taken.get(wave.name);
        return devices === undefined
          ? []
          : [
              planWave(wave, {
                devices,
                values: policy.arguments,
                succeeded: succeeded.get(wave.name) ?? [],
              }),
            ];
      });
    }
    case 2:
      return [planOnlyWave(state, policy, only)];
  }
}

/** What the wave of a rollback is called. */
const ROLLBACK_WAVE = 'rollback' as WaveName;

/**
 * All of them in one wave, those that were reached last before the others, at once: no window, soak, gate or approval holds
 * it up. Devices that stay silent may be beyond reach, and are not to keep the others from being rolled back; devices that
 * fail show that the rollback does harm.
 */
function planOnlyWave(state: RolloutState, policy: Rollback, only: RollbackScope): Wave {
  const { waves, deployments } = state;
  const devices = latestFirst(state, new Set([...devicesToTakeBack(state, only).values()].flat()));
  const accepted = [...deployments.values()].filter(({ call }) => call.kind === 'accepted');
  const reached = new Set(accepted.map(({ wave }) => wave));
  const used = waves.map(({ wave }) => wave).filter(({ name }) => reached.has(name));
  // The API has taken a deployment of that size.
  const size = policy.batch?.size ?? Math.max(...accepted.map((deployment) => deployment.devices.length));
  const parallel = policy.batch?.parallel ?? Math.max(...used.map(({ batch }) => batch.parallel));
  return {
    name: ROLLBACK_WAVE,
    devices,
    arguments: policy.arguments,
    minSuccess: null,
    maxFailures: policy.maxFailures ?? { count: 0 },
    maxTimedOut: policy.maxTimedOut ?? { partsPerMillion: 1_000_000 },
    unknown: 'timed-out',
    rejected: 'failure',
    timeoutMs: policy.timeoutMs ?? Math.max(...used.map(({ timeoutMs }) => timeoutMs)),
    batch: { size: Math.min(size, devices.length), parallel },
  };
}

/** By when the latest deployment that holds a device was accepted; within one deployment, in its order. */
function latestFirst({ deployments }: RolloutState, wanted: ReadonlySet<Serial>): readonly Serial[] {
  const accepted = [...deployments.values()].flatMap(({ call, devices }) =>
    call.kind === 'accepted' ? [{ at: call.acceptedAt, devices }] : [],
  );
  const ordered = accepted.reverse().sort((a, b) => b.at - a.at);
  return [...new Set(ordered.flatMap(({ devices }) => devices.filter((serial) => wanted.has(serial))))];
}

/** Those that decide whether to deploy are about the artifact that is rolled back. */
function notifyingHooks(hooks: Hooks): Pick<RolloutPlan, 'hooks'> {
  const telling = Object.entries(hooks).filter(([point]) => !isDeciding(point as HookPoint));
  return telling.length === 0 ? {} : { hooks: Object.fromEntries(telling) };
}

type Taken = {
  readonly devices: readonly Serial[];
  readonly values: Wave['arguments'];
  /** Of the wave's devices. */
  readonly succeeded: readonly Serial[];
};

/**
 * As release 0.1 planned it. In batches as before, at once: no window, soak, gate or approval holds it up. It tolerates what the wave does, and
 * besides as many failures as there are devices that had not succeeded: they may be beyond reach, and are not to keep the
 * others from being taken back.
 */
function planWave(wave: Wave, { devices, values, succeeded }: Taken): Wave {
  const { name, batch, timeoutMs } = wave;
  const others = devices.length - succeeded.length;
  const tolerated = Math.max(0, thresholdLimitOf(wave, wave.devices.length).tolerated) + others;
  return {
    name,
    devices,
    timeoutMs,
    arguments: values,
    minSuccess: null,
    maxFailures: { count: Math.min(tolerated, devices.length) },
    rejected: 'failure',
    batch: { size: Math.min(batch.size, devices.length), parallel: batch.parallel },
  };
}
