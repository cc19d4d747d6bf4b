/**
 * Which devices ended how, with what is known of each. Of each kind at most `most` are named; all are counted. A device
 * stands where the latest attempt at it has left it: what an earlier one did to it is history.
 */
import { present } from '../../base/assert.ts';
import type { Serial, WaveName, DeploymentKey } from '../../plan/identifiers.ts';
import { DEVICE_STATUSES } from '../../rollout/device-status.ts';
import type { DeviceStatus, Tally } from '../../rollout/device-status.ts';
import type { DeploymentState, RolloutState, WaveState } from '../../rollout/state.ts';
import { factsOf } from '../wording/device-facts.ts';
import type { DeviceFacts } from '../wording/device-facts.ts';
import { FAILURES } from '../summary/tallies.ts';
import type { FailureOutcome } from '../summary/tallies.ts';

export type FailingDevice = DeviceFacts & {
  readonly serial: Serial;
  readonly deployment: DeploymentKey;
  readonly isAcknowledged: boolean;
};

export type FailingDevices = {
  readonly deviceOutcome: FailureOutcome;
  readonly total: number;
  /** Of them, those that an operator has acknowledged. */
  readonly acknowledged: number;
  /**
   * The first ones, in the order in which they were posted, those that were not acknowledged before all others: it is
   * they that somebody looks for. `reason`: the API's, for a rejected device.
   */
  readonly devices: readonly FailingDevice[];
};

/** The devices of the whole rollout that ended in `deviceOutcome`. */
export function failingDevices(
  state: RolloutState,
  deviceOutcome: FailureOutcome,
  most: number,
): FailingDevices {
  return failingIn({
    deployments: [...state.deployments.values()],
    waves: state.waves,
    deviceOutcome,
    most,
  });
}

/** The failing devices of one wave, a group for each outcome that is not empty. */
export function failingOfWave(state: RolloutState, wave: WaveName, most: number): readonly FailingDevices[] {
  const deployments = [...state.deployments.values()].filter((deployment) => deployment.wave === wave);
  const waves = state.waves.filter((one) => one.wave.name === wave);
  return FAILURES.map((deviceOutcome) => failingIn({ deployments, waves, deviceOutcome, most })).filter(
    ({ total }) => total > 0,
  );
}

/**
 * At most `most` of the deployment's devices that stand at `deviceStatus` and are in no later attempt; stops looking as soon
 * as it has them.
 */
export function devicesWithStatus(
  deployment: DeploymentState,
  deviceStatus: DeviceStatus,
  most = Infinity,
): readonly Serial[] {
  return indexesWithStatus(deployment, deviceStatus, { most, isWanted: () => true }).map((index) =>
    present(deployment.devices[index], 'a device'),
  );
}

/** How many of the deployment's devices are in a later attempt. */
export function countSuperseded({ superseded }: DeploymentState): number {
  return superseded.reduce((sum, one) => sum + one, 0);
}

export type LateOutcomes = {
  readonly total: number;
  readonly devices: readonly {
    readonly serial: Serial;
    readonly deployment: DeploymentKey;
    readonly outcome: 'success' | 'failed';
  }[];
};

/** What the API said of devices after they had been judged: their time was out, or they were left to a retry. */
export function lateOutcomes(state: RolloutState, most: number): LateOutcomes {
  const deployments = [...state.deployments.values()];
  return {
    total: deployments.reduce((sum, deployment) => sum + deployment.lateOutcomes.size, 0),
    devices: deployments
      .flatMap(({ key, lateOutcomes: late }) =>
        [...late].map(([serial, outcome]) => ({ serial, outcome, deployment: key })),
      )
      .slice(0, most),
  };
}

type Failing = {
  readonly deployments: readonly DeploymentState[];
  /** Those of the deployments: their tallies go by the latest attempt at each device. */
  readonly waves: readonly WaveState[];
  readonly deviceOutcome: FailureOutcome;
  readonly most: number;
};

function failingIn({ deployments, waves, deviceOutcome, most }: Failing): FailingDevices {
  const devices: FailingDevice[] = [];
  for (const isAcknowledged of [false, true]) {
    for (const deployment of deployments) {
      const { key, acknowledged } = deployment;
      const isWanted = (index: number) => (acknowledged[index] === 1) === isAcknowledged;
      for (const index of indexesWithStatus(deployment, deviceOutcome, {
        most: most - devices.length,
        isWanted,
      })) {
        const serial = present(deployment.devices[index], 'a device');
        devices.push({ serial, deployment: key, isAcknowledged, ...factsOf(deployment, index) });
      }
    }
  }
  const sum = (counts: (wave: WaveState) => Tally) =>
    waves.reduce((total, wave) => total + counts(wave)[deviceOutcome], 0);
  return {
    deviceOutcome,
    total: sum(({ tally }) => tally),
    acknowledged: sum(({ acknowledged }) => acknowledged),
    devices,
  };
}

function indexesWithStatus(
  { deviceStatuses, superseded, tally }: DeploymentState,
  deviceStatus: DeviceStatus,
  { most, isWanted }: { readonly most: number; readonly isWanted: (index: number) => boolean },
): readonly number[] {
  const code = DEVICE_STATUSES.indexOf(deviceStatus);
  const indexes: number[] = [];
  let at = -1;
  for (let left = tally[deviceStatus]; left > 0 && indexes.length < most; left--) {
    at = deviceStatuses.indexOf(code, at + 1);
    if (superseded[at] === 0 && isWanted(at)) indexes.push(at);
  }
  return indexes;
}
