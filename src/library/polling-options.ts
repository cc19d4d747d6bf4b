import type { PollingBounds } from '../rollout/polling.ts';
import { SETTINGS_DEFAULTS } from '../settings/settings.ts';
import { OptionError } from './errors.ts';
import { checkMilliseconds } from './check-options.ts';

/** How often the API is asked: soon at first, then ever more slowly, within these. */
export type PollingOptions = {
  /** Milliseconds; 2 000 unless given. */
  readonly minIntervalMs?: number;
  /** Milliseconds; 300 000 unless given. */
  readonly maxIntervalMs?: number;
};

/** Throws an `OptionError` for bounds that cannot be kept. */
export function resolvePolling(options: PollingOptions = {}): PollingBounds {
  const { minIntervalMs = SETTINGS_DEFAULTS.minIntervalMs, maxIntervalMs = SETTINGS_DEFAULTS.maxIntervalMs } =
    options;
  checkMilliseconds('polling.minIntervalMs', minIntervalMs, 1);
  checkMilliseconds('polling.maxIntervalMs', maxIntervalMs, 1);
  if (minIntervalMs > maxIntervalMs) {
    throw new OptionError(
      'polling.minIntervalMs',
      `is ${minIntervalMs}, and more than polling.maxIntervalMs, ${maxIntervalMs}`,
    );
  }
  return { minIntervalMs, maxIntervalMs };
}
