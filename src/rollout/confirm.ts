/**
 * Which successes the API's latest answer does not confirm. A success that was contradicted is asked about once more;
 * one that is contradicted then, too, is no success any more, and a person decides.
 */
import { present } from '../base/assert.ts';
import type { Serial } from '../plan/identifiers.ts';
import { DEVICE_STATUSES } from './device-status.ts';
import type { DeviceStatus } from './device-status.ts';
import { isSuperseded, lastWordOf, deviceStatusOf } from './change-state.ts';
import type { RolloutEvent } from './event.ts';
import { hasWordAt } from './last-word.ts';
import type { LastWord, Finding } from './last-word.ts';
import type { DeploymentState } from './state.ts';

/** The event for an answer that should confirm successes; `null` if it confirms them all. */
export function confirmSuccesses(deployment: DeploymentState): RolloutEvent | null {
  const contradicted = contradictedIn(deployment);
  if (contradicted.length === 0 || deployment.notFound?.isForgotten === true) return null;
  const devices =
    deployment.notFound === null
      ? contradicted.map((index) => present(deployment.devices[index], 'a device'))
      : null;
  return { type: 'successes-unconfirmed', deployment: deployment.key, devices };
}

/** Of a wave that has passed: a device that had succeeded and has failed since is told apart from other news. */
export function splitReverted(
  event: Extract<RolloutEvent, { readonly type: 'devices-reported' }>,
  deployment: DeploymentState,
): readonly RolloutEvent[] {
  const isReverted = (serial: Serial) => {
    const deviceStatus = deviceStatusOf(deployment, serial);
    return (
      (deviceStatus === 'success' || deviceStatus === 'inconclusive') && !isSuperseded(deployment, serial)
    );
  };
  const reverted = event.failed.filter(isReverted);
  const rest = { ...event, failed: event.failed.filter((serial) => !isReverted(serial)) };
  const isMore = rest.processing.length + rest.success.length + rest.failed.length > 0;
  return [
    ...(reverted.length === 0
      ? []
      : [{ type: 'devices-reverted' as const, deployment: event.deployment, devices: reverted }]),
    ...(isMore ? [rest] : []),
  ];
}

/** Whether the latest answer says something else of a device that had succeeded. */
export function isContradicted(deployment: DeploymentState): boolean {
  return contradictedIn(deployment).length > 0;
}

function contradictedIn(deployment: DeploymentState): readonly number[] {
  const { lastWords, notFound } = deployment;
  if (notFound === null && lastWords.codes.length === 0) return [];
  return indexesAt(deployment, 'success', (index) => notFound !== null || hasWordAt(lastWords, index));
}

/** Indexes of devices that were not confirmed, and that nobody has acknowledged. */
export function inconclusiveIn(deployment: DeploymentState): readonly number[] {
  const { acknowledged, superseded } = deployment;
  return indexesAt(
    deployment,
    'inconclusive',
    (index) => acknowledged[index] === 0 && superseded[index] === 0,
  );
}

/** What the API said last of the devices that were not confirmed, the most frequent first. */
export function findingsOf(deployments: readonly DeploymentState[]): readonly Finding[] {
  const found = new Map<string, { lastWord: LastWord; devices: number }>();
  for (const deployment of deployments) {
    for (const index of inconclusiveIn(deployment)) {
      const lastWord = present(lastWordOf(deployment, index), 'why it was not confirmed');
      const name = JSON.stringify(lastWord);
      const known = found.get(name);
      if (known === undefined) found.set(name, { lastWord, devices: 1 });
      else known.devices++;
    }
  }
  return [...found.values()].sort((a, b) => b.devices - a.devices);
}

function indexesAt(
  { deviceStatuses, tally }: DeploymentState,
  deviceStatus: DeviceStatus,
  isWanted: (index: number) => boolean,
): readonly number[] {
  const code = DEVICE_STATUSES.indexOf(deviceStatus);
  const indexes: number[] = [];
  let at = -1;
  for (let left = tally[deviceStatus]; left > 0; left--) {
    at = deviceStatuses.indexOf(code, at + 1);
    if (isWanted(at)) indexes.push(at);
  }
  return indexes;
}
