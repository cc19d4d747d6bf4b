/** What else is known of a device in one deployment, and the words for it. */
import { present } from '../../base/assert.ts';
import { renderElapsed } from '../../base/duration.ts';
import { printable } from '../../base/text.ts';
import { DEVICE_STATUSES } from '../../rollout/device-status.ts';
import type { DeviceStatus } from '../../rollout/device-status.ts';
import { lastWordOf } from '../../rollout/change-state.ts';
import { connectionOf } from '../../rollout/preflight.ts';
import type { Connection } from '../../rollout/preflight.ts';
import type { LastWord } from '../../rollout/last-word.ts';
import type { DeploymentState } from '../../rollout/state.ts';
import { describeLastWord } from './phrases.ts';

/** Notes on a device in addition to its outcome, a phrase each. */
export function notesOn({ deviceStatus, reason, lastWord, connection }: DeviceFacts): readonly string[] {
  const isSilent = deviceStatus === 'timed-out' || deviceStatus === 'unknown';
  // That a device was online is worth a word where nothing was heard of it, and that it was not wherever it has no success.
  const isTold =
    connection !== null && (isSilent || connection.status !== 'online') && deviceStatus !== 'success';
  return [
    ...(reason === null ? [] : [printable(reason)]),
    ...(lastWord === null ? [] : [describeLastWord(lastWord)]),
    ...(isTold ? [describeConnection(connection)] : []),
  ];
}

/** What is known of a device in one deployment. */
export type DeviceFacts = {
  readonly deviceStatus: DeviceStatus;
  /** Why the API rejected it, or `null`. */
  readonly reason: string | null;
  /** What the API said last of it, where that is not its device status. */
  readonly lastWord: LastWord | null;
  /** Whether it was online before it was deployed to; `null` where that is not known. */
  readonly connection: Connection | null;
};

export function factsOf(deployment: DeploymentState, index: number): DeviceFacts {
  const deviceStatus = present(
    DEVICE_STATUSES[present(deployment.deviceStatuses[index], 'a device status')],
    'a device status',
  );
  const serial = present(deployment.devices[index], 'a device');
  return {
    deviceStatus,
    reason: deployment.rejections.get(serial) ?? null,
    lastWord: lastWordOf(deployment, index),
    connection: connectionOf(deployment, index),
  };
}

/** An answer up to this age is shown without its age. */
const FRESH_MS = 60_000;

/** `offline before the POST`; `online 1h20m before the POST`. */
function describeConnection({ status, agoMs }: Connection): string {
  const age = agoMs <= FRESH_MS ? '' : ` ${renderElapsed(agoMs)}`;
  return `${status === 'not-listed' ? 'not listed' : status}${age} before the POST`;
}
