/** The devices of a record one by one, each with every attempt at it. */
import { assert, present } from '../../base/assert.ts';
import type { Serial, WaveName } from '../../plan/identifiers.ts';
import type { DeviceStatus } from '../../rollout/device-status.ts';
import { factsOf } from '../wording/device-facts.ts';
import type { DeviceFacts } from '../wording/device-facts.ts';
import { SerialIndex } from '../../rollout/serial-index.ts';
import type { WaveState } from '../../rollout/state.ts';
import type { DeploymentRecord, RolloutRecord, WaveRecord } from './record.ts';

export type DeviceRecord = {
  readonly serial: Serial;
  readonly wave: WaveState;
  /** By the latest attempt at it: `waiting` while no accepted deployment holds it. */
  readonly deviceStatus: DeviceStatus;
  /** Its failure was acknowledged by resuming. */
  readonly isAcknowledged: boolean;
  /** When its device status last changed, or a late outcome came; `null` before anything has. */
  readonly changedAt: number | null;
  /** Every deployment that was to hold it, the oldest first. */
  readonly attempts: readonly DeviceAttempt[];
};

/** Its device status is that within the deployment. */
export type DeviceAttempt = DeviceFacts & {
  readonly deployment: DeploymentRecord;
  /** When it was first listed as processing, or `null`. */
  readonly processingAt: number | null;
  /** When it came into its outcome; `null` while it is open. */
  readonly endedAt: number | null;
  /** What the API said of it when that no longer counted. */
  readonly late: { readonly outcome: 'success' | 'failed'; readonly at: number } | null;
  /** A retry deploys to it again. */
  readonly isSuperseded: boolean;
  readonly isAcknowledged: boolean;
};

/** In the plan's order: wave by wave, as they are listed in it. */
export function* devicesOf(record: RolloutRecord): Generator<DeviceRecord> {
  for (const { devices } of devicesByWave(record)) yield* devices;
}

/** Each wave with its devices, which are made as they are asked for. */
export function devicesByWave({
  waves,
  deployments,
}: RolloutRecord): readonly { readonly wave: WaveRecord; readonly devices: Iterable<DeviceRecord> }[] {
  const byWave = new Map<WaveName, DeploymentRecord[]>(waves.map(({ state }) => [state.wave.name, []]));
  for (const deployment of deployments.values()) byWave.get(deployment.state.wave)?.push(deployment);
  return waves.map((wave) => ({
    wave,
    devices: devicesOfWave(wave, byWave.get(wave.state.wave.name) ?? []),
  }));
}

/** `deployments`: those of the wave, in the order in which they were first intended. */
function* devicesOfWave(
  { state: wave }: WaveRecord,
  deployments: readonly DeploymentRecord[],
): Generator<DeviceRecord> {
  const places = placesOf(wave.wave.devices, deployments);
  for (const [at, serial] of wave.wave.devices.entries()) {
    const attempts = (places[at] ?? []).map(({ deployment, index }) => attemptAt(deployment, index));
    yield { serial, wave, attempts, ...statusBy(attempts) };
  }
}

type Place = { readonly deployment: DeploymentRecord; readonly index: number };

/** By a device's place in the wave, where each deployment has it. */
function placesOf(
  devices: readonly Serial[],
  deployments: readonly DeploymentRecord[],
): readonly (readonly Place[] | undefined)[] {
  const inWave = new SerialIndex(devices);
  const places = new Array<Place[] | undefined>(devices.length);
  for (const deployment of deployments) {
    for (const [index, serial] of deployment.state.devices.entries()) {
      const at = inWave.find(serial);
      // A batch that the API refused whole may have had devices that are in another wave by now, or in none.
      if (at === null) {
        assert(deployment.state.call.kind !== 'accepted', `${serial} is in its wave`);
        continue;
      }
      (places[at] ??= []).push({ deployment, index });
    }
  }
  return places;
}

function attemptAt(deployment: DeploymentRecord, index: number): DeviceAttempt {
  const { state, processingAt, bucketAt, lateAt } = deployment;
  const serial = present(state.devices[index], 'a device');
  const outcome = state.lateOutcomes.get(serial);
  return {
    deployment,
    ...factsOf(state, index),
    processingAt: momentAt(processingAt, index),
    endedAt: momentAt(bucketAt, index),
    late: outcome === undefined ? null : { outcome, at: present(lateAt.get(serial), 'when it came') },
    isSuperseded: state.superseded[index] === 1,
    isAcknowledged: state.acknowledged[index] === 1,
  };
}

function momentAt(times: Float64Array, index: number): number | null {
  const at = present(times[index], 'a point in time');
  return at === 0 ? null : at;
}

function statusBy(
  attempts: readonly DeviceAttempt[],
): Pick<DeviceRecord, 'deviceStatus' | 'isAcknowledged' | 'changedAt'> {
  const latest = attempts.findLast(
    ({ deployment, isSuperseded }) => deployment.state.call.kind === 'accepted' && !isSuperseded,
  );
  return {
    deviceStatus: latest?.deviceStatus ?? 'waiting',
    isAcknowledged: latest?.isAcknowledged ?? false,
    changedAt: attempts.reduce<number | null>((last, attempt) => later(last, changeOf(attempt)), null),
  };
}

function changeOf({ deployment, processingAt, endedAt, late }: DeviceAttempt): number | null {
  const { call } = deployment.state;
  const acceptedAt = call.kind === 'accepted' ? call.acceptedAt : null;
  return [acceptedAt, processingAt, endedAt, late?.at ?? null].reduce(later, null);
}

function later(a: number | null, b: number | null): number | null {
  return a === null || (b !== null && b > a) ? b : a;
}
