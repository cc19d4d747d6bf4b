/** Which devices ended how, with what is known of each. Of each kind at most `most` are named; all are counted. */
import { present } from '../base/assert.ts';
import type { Serial, WaveName } from '../plan/identifiers.ts';
import { STANDINGS } from '../rollout/bucket.ts';
import type { Standing } from '../rollout/bucket.ts';
import type { DeploymentKey } from '../rollout/event.ts';
import type { DeploymentState, RolloutState } from '../rollout/state.ts';
import { FAILURES } from './tallies.ts';
import type { FailureBucket } from './tallies.ts';

export type FailingDevices = {
  readonly bucket: FailureBucket;
  readonly total: number;
  /** The first ones, in the order in which they were posted. `reason`: the API's, for a rejected device. */
  readonly devices: readonly {
    readonly serial: Serial;
    readonly deployment: DeploymentKey;
    readonly reason: string | null;
  }[];
};

/** The devices of the whole rollout that ended in `bucket`. */
export function failingDevices(state: RolloutState, bucket: FailureBucket, most: number): FailingDevices {
  return failingIn([...state.deployments.values()], bucket, most);
}

/** The failing devices of one wave, a group for each bucket that is not empty. */
export function failingOfWave(state: RolloutState, wave: WaveName, most: number): readonly FailingDevices[] {
  const deployments = [...state.deployments.values()].filter((deployment) => deployment.wave === wave);
  return FAILURES.map((bucket) => failingIn(deployments, bucket, most)).filter(({ total }) => total > 0);
}

/** At most `most` of the deployment's devices that stand at `standing`; stops looking as soon as it has them. */
export function devicesStanding(
  { devices, standings, tally }: DeploymentState,
  standing: Standing,
  most = Infinity,
): readonly Serial[] {
  const code = STANDINGS.indexOf(standing);
  const serials: Serial[] = [];
  let at = -1;
  for (let left = Math.min(tally[standing], most); left > 0; left--) {
    at = standings.indexOf(code, at + 1);
    serials.push(present(devices[at], 'a device'));
  }
  return serials;
}

export type LateOutcomes = {
  readonly total: number;
  readonly devices: readonly {
    readonly serial: Serial;
    readonly deployment: DeploymentKey;
    readonly outcome: 'success' | 'failed';
  }[];
};

/** What the API said of devices after their time was out. */
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

function failingIn(
  deployments: readonly DeploymentState[],
  bucket: FailureBucket,
  most: number,
): FailingDevices {
  const devices: FailingDevices['devices'][number][] = [];
  let total = 0;
  for (const deployment of deployments) {
    const { key, tally, rejections } = deployment;
    total += tally[bucket];
    for (const serial of devicesStanding(deployment, bucket, most - devices.length)) {
      const reason = bucket === 'rejected' ? (rejections.get(serial) ?? null) : null;
      devices.push({ serial, deployment: key, reason });
    }
  }
  return { bucket, total, devices };
}
