/** How a wave's devices went through their device statuses over time: what the timeline draws as areas. */
import { DEVICE_STATUSES } from '../../rollout/device-status.ts';
import type { DeploymentRecord } from '../report/record.ts';

export type FlowStep = {
  readonly at: number;
  readonly success: number;
  readonly failed: number;
  readonly inFlight: number;
};

type Change = { readonly at: number; success: number; failed: number; inFlight: number };

const SUCCESS = DEVICE_STATUSES.indexOf('success');

/**
 * From each step until the next one; the first is before anything was deployed. A device that is tried again counts by
 * its new attempt as soon as that is accepted.
 */
export function flowOf(deployments: readonly DeploymentRecord[]): readonly FlowStep[] {
  const changes = new Map<number, Change>();
  const changeAt = (at: number): Change => {
    const known = changes.get(at) ?? { at, success: 0, failed: 0, inFlight: 0 };
    changes.set(at, known);
    return known;
  };
  const replaced = new Map<string, 'success' | 'failed' | 'inFlight'>();
  for (const { state, bucketAt } of deployments) {
    if (state.call.kind !== 'accepted') continue;
    const posted = changeAt(state.call.acceptedAt);
    for (const [index, serial] of state.devices.entries()) {
      const before = replaced.get(serial);
      if (before !== undefined) posted[before]--;
      posted.inFlight++;
      const endedAt = bucketAt[index] ?? 0;
      const deviceOutcome = state.deviceStatuses[index] === SUCCESS ? 'success' : 'failed';
      if (endedAt !== 0) {
        const ended = changeAt(endedAt);
        ended.inFlight--;
        ended[deviceOutcome]++;
      }
      if (state.superseded[index] === 1) replaced.set(serial, endedAt === 0 ? 'inFlight' : deviceOutcome);
    }
  }
  return sumUp([...changes.values()].sort((a, b) => a.at - b.at));
}

function sumUp(changes: readonly Change[]): readonly FlowStep[] {
  let sum = { success: 0, failed: 0, inFlight: 0 };
  return changes.map(({ at, success, failed, inFlight }) => {
    sum = { success: sum.success + success, failed: sum.failed + failed, inFlight: sum.inFlight + inFlight };
    return { at, ...sum };
  });
}
