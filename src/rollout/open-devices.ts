/**
 * Devices that a rollout has left open: nobody knows whether its artifact still reaches them. A device that comes online
 * later gets what waits for it, this artifact and that of a later rollout.
 *
 * A device is open unless its latest deployment is certain to have ended for it: it succeeded, failed or was rejected, its
 * end was told later, or a person has closed it.
 */
import type { RolloutName, Serial, DeploymentKey } from '../plan/identifiers.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import type { DeviceStatus } from './device-status.ts';
import { deviceStatusOf } from './change-state.ts';
import type { DeploymentState, RolloutState } from './state.ts';

export type OpenDevice = {
  readonly serial: Serial;
  readonly deployment: DeploymentKey;
  /** `in-doubt`: its deployment may exist. */
  readonly why: 'timed-out' | 'unknown' | 'in-progress' | 'in-doubt';
};

/** What one rollout has left open. */
export type OpenDeployments = {
  readonly rollout: RolloutName;
  /** Tells the runs of one name apart. */
  readonly startedAt: number;
  /** Whether its record was set aside: it is no longer the one under its name. */
  readonly isArchived: boolean;
  readonly devices: readonly OpenDevice[];
};

/** Of the devices that are wanted, in the order of their latest deployments; of all of them, where none are named. */
export function openDevicesOf(state: RolloutState, wanted?: ReadonlySet<Serial>): readonly OpenDevice[] {
  return [...latestDeployments(state, wanted)].flatMap(([serial, deployment]) => {
    const why = whyOpen(deployment, serial);
    return why === null ? [] : [{ serial, deployment: deployment.key, why }];
  });
}

/** For each device the latest deployment that may hold it; those that were certainly not made are passed over. */
export function latestDeployments(
  { deployments }: RolloutState,
  wanted?: ReadonlySet<Serial>,
): ReadonlyMap<Serial, DeploymentState> {
  const latest = new Map<Serial, DeploymentState>();
  for (const deployment of deployments.values()) {
    const { kind } = deployment.call;
    if (kind === 'not-made' || kind === 'refused') continue;
    for (const serial of deployment.devices)
      if (wanted?.has(serial) !== false) latest.set(serial, deployment);
  }
  return latest;
}

function whyOpen(deployment: DeploymentState, serial: Serial): OpenDevice['why'] | null {
  if (deployment.closed.has(serial)) return null;
  if (deployment.call.kind !== 'accepted') return 'in-doubt';
  return deployment.lateOutcomes.has(serial) ? null : whyStatus(deviceStatusOf(deployment, serial));
}

function whyStatus(deviceStatus: DeviceStatus): OpenDevice['why'] | null {
  switch (deviceStatus) {
    case 'success':
    case 'failed':
    case 'rejected':
      return null;
    case 'timed-out':
    case 'unknown':
      return deviceStatus;
    case 'inconclusive':
      return 'unknown';
    case 'waiting':
    case 'accepted':
    case 'processing':
      return 'in-progress';
  }
}

/** Whether a rollback may be at devices that `origin` left open: they are what it rolls back. */
export function isOriginOf(
  origin: Pick<OpenDeployments, 'rollout' | 'startedAt'>,
  plan: RolloutPlan,
): boolean {
  return plan.rollbackOf?.name === origin.rollout && plan.rollbackOf.startedAt === origin.startedAt;
}

/** Tells what somebody has agreed to: one device that one rollout has left open. */
export function keysOfOpen(open: readonly OpenDeployments[]): ReadonlySet<string> {
  return new Set(
    open.flatMap(({ rollout, startedAt, devices }) =>
      devices.map(({ serial, deployment }) => `${rollout} ${startedAt} ${deployment} ${serial}`),
    ),
  );
}
