/** What bounds the work that a plan can cause. */

export const PLAN_BYTES_MAX = 16 * 1_048_576;

export const DEVICE_FILE_BYTES_MAX = 64 * 1_048_576;

/** Devices of one plan, all its waves together. */
export const DEVICES_MAX = 1_000_000;

/** A shorter time-out would judge a wave before the API could have told of it once. */
export const TIMEOUT_MS_MIN = 1_000;

/** 90 days: longer than any rollout; a longer text is a slip of the pen. */
export const DURATION_MS_MAX = 90 * 86_400_000;
