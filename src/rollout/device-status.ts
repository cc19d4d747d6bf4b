/**
 * Where a device stands. The first three are open, the rest are the outcomes in which a device ends; every device of a
 * wave ends in exactly one. All but `success` and `inconclusive` are failures; `inconclusive` is neither, and halts
 * whatever a wave tolerates.
 */
export const DEVICE_STATUSES = [
  /** Not in any deployment that was accepted. */
  'waiting',
  /** In an accepted deployment; not yet seen in the API's list. */
  'accepted',
  'processing',
  'success',
  'failed',
  /** Not deployable, by the API's word. */
  'rejected',
  /** Still processing when the wave's timeout ran out. */
  'timed-out',
  /** Accepted, but never listed by the API. */
  'unknown',
  /** Had succeeded, and was not confirmed when the API was asked again. */
  'inconclusive',
] as const;

export type DeviceStatus = (typeof DEVICE_STATUSES)[number];

export const DEVICE_OUTCOMES = [
  'success',
  'failed',
  'rejected',
  'timed-out',
  'unknown',
  'inconclusive',
] as const;
export type DeviceOutcome = (typeof DEVICE_OUTCOMES)[number];

/** How many devices are in each device status. */
export type Tally = Readonly<Record<DeviceStatus, number>>;

export const EMPTY_TALLY: Tally = {
  waiting: 0,
  accepted: 0,
  processing: 0,
  success: 0,
  failed: 0,
  rejected: 0,
  'timed-out': 0,
  unknown: 0,
  inconclusive: 0,
};

/** Whether a device with this status counts as a failure. */
export function isFailure(deviceStatus: DeviceStatus): boolean {
  return (
    deviceStatus === 'failed' ||
    deviceStatus === 'rejected' ||
    deviceStatus === 'timed-out' ||
    deviceStatus === 'unknown'
  );
}

/** Whether a device with this status has ended without success. */
export function isNoSuccess(deviceStatus: DeviceStatus): boolean {
  return isFailure(deviceStatus) || deviceStatus === 'inconclusive';
}

export function addTallies(a: Tally, b: Tally): Tally {
  const sum: Record<DeviceStatus, number> = { ...a };
  for (const deviceStatus of DEVICE_STATUSES) sum[deviceStatus] += b[deviceStatus];
  return sum;
}

/** Devices that the API has been given and that have not ended. */
export function inFlightOf(tally: Tally): number {
  return tally.accepted + tally.processing;
}

/** Devices that have not ended: not yet posted, or in flight. */
export function openOf(tally: Tally): number {
  return tally.waiting + inFlightOf(tally);
}
