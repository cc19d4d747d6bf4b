/** Limits for the work that a plan can cause. */

export const PLAN_BYTES_MAX = 16 * 1_048_576;

export const DEVICE_FILE_BYTES_MAX = 64 * 1_048_576;

/** The maximum number of devices of one plan, in all its waves. */
export const DEVICES_MAX = 1_000_000;

/** With a shorter timeout, devices would fail before the API can report them once. */
export const TIMEOUT_MS_MIN = 1_000;

/** 90 days: longer than any rollout. A longer duration is probably a typing mistake. */
export const DURATION_MS_MAX = 90 * 86_400_000;
