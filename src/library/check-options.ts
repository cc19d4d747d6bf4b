/** Checks of options that several functions take. Each throws an `OptionError` for an invalid value. */
import { hostOf, parseBaseUrl } from '../backend/allxon/base-url.ts';
import { readCredentials } from '../backend/allxon/credentials.ts';
import type { Credentials } from '../backend/allxon/credentials.ts';
import type { Region } from '../plan/rollout-plan.ts';
import type { PollingBounds } from '../rollout/polling.ts';
import { SETTINGS_DEFAULTS } from '../settings/settings.ts';
import type { StateLocation } from '../settings/settings.ts';
import { parseState } from '../settings/state-location.ts';
import { OptionError } from './errors.ts';
import type { ApiAccess, PollingOptions } from './run-options.ts';

/** Expects a whole number of milliseconds, at least `least`. */
export function checkMilliseconds(option: string, ms: number, least: number): void {
  if (!Number.isSafeInteger(ms) || ms < least) {
    throw new OptionError(option, `is ${ms}; expected a whole number of milliseconds, at least ${least}`);
  }
}

/** Parses a place like `--state`. A folder is relative to the working folder of the process. */
export function locateState(text: string): StateLocation {
  const parsed = parseState(text, process.cwd());
  if (parsed.kind === 'refused') throw new OptionError('state', parsed.reason);
  return parsed.state;
}

/** Applies defaults, and checks that the minimum does not exceed the maximum. */
export function resolvePolling(options: PollingOptions = {}): PollingBounds {
  const { minIntervalMs = SETTINGS_DEFAULTS.minIntervalMs, maxIntervalMs = SETTINGS_DEFAULTS.maxIntervalMs } =
    options;
  checkMilliseconds('polling.minIntervalMs', minIntervalMs, 1);
  checkMilliseconds('polling.maxIntervalMs', maxIntervalMs, 1);
  if (minIntervalMs > maxIntervalMs) {
    throw new OptionError(
      'polling.minIntervalMs',
      `is ${minIntervalMs}; expected at most polling.maxIntervalMs, ${maxIntervalMs}`,
    );
  }
  return { minIntervalMs, maxIntervalMs };
}

/** Checks the API key and the origin of the API: scheme, host and port. The default is the host of the region. */
export function checkApi(
  { keyId, secret, baseUrl }: ApiAccess,
  region: Region,
): { readonly credentials: Credentials; readonly origin: string } {
  const credentials = checkKey(keyId, secret);
  const parsed = parseBaseUrl(baseUrl ?? hostOf(region));
  if (parsed.kind === 'refused') throw new OptionError('api.baseUrl', parsed.reason);
  return { credentials, origin: parsed.origin };
}

function checkKey(keyId: string, secret: string): Credentials {
  const read = readCredentials({ ALLXON_API_KEY_ID: keyId, ALLXON_API_SECRET: secret });
  if (read.kind === 'read') return read.credentials;
  const option = read.names.includes('ALLXON_API_KEY_ID') ? 'api.keyId' : 'api.secret';
  throw new OptionError(
    option,
    read.kind === 'missing' ? 'is empty' : 'is not valid: remove white space, quotes and control characters',
  );
}
