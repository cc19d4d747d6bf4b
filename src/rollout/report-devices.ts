/**
 * What a poll brought, applied: devices that are still open in this attempt move; what comes after a device was judged,
 * or deployed to again, is kept as a late outcome and changes nothing else.
 */
import type { Serial } from '../plan/identifiers.ts';
import {
  deploymentOf,
  isSuperseded,
  markReverted,
  moveDevices,
  noteLastWord,
  deviceStatusOf,
  waveOf,
} from './change-state.ts';
import type { RolloutEvent } from './event.ts';
import type { DeploymentState, RolloutState } from './state.ts';

export function reportDevices(
  state: RolloutState,
  event: Extract<RolloutEvent, { readonly type: 'devices-reported' }>,
): RolloutState {
  const deployment = deploymentOf(state, event.deployment);
  const { processing, success, failed } = event;
  // One that had failed since its wave had passed may succeed after all.
  const { reverted } = waveOf(state, deployment.wave);
  const from =
    reverted === 0 ? state : markReverted(state, event.deployment, { serials: success, isReverted: false });
  const cleared = noteLastWord(from, event.deployment, {
    word: null,
    serials: [...processing, ...success, ...failed],
  });
  return moveDevices(cleared, event.deployment, [
    ['processing', event.processing],
    ['success', keepLate(deployment, event.success, 'success')],
    ['failed', keepLate(deployment, event.failed, 'failed')],
  ]);
}

/** Whether what the API says of the device from now on comes too late to count. */
export function isSettled(deployment: DeploymentState, serial: Serial): boolean {
  const standing = deviceStatusOf(deployment, serial);
  return standing === 'timed-out' || standing === 'unknown' || isSuperseded(deployment, serial);
}

/** The serials that are not late; of the others, the outcome is kept. */
function keepLate(
  deployment: DeploymentState,
  serials: readonly Serial[],
  outcome: 'success' | 'failed',
): readonly Serial[] {
  const late = deployment.lateOutcomes as Map<Serial, 'success' | 'failed'>;
  return serials.filter((serial) => {
    const isLate = isSettled(deployment, serial);
    if (isLate) late.set(serial, outcome);
    return !isLate;
  });
}
