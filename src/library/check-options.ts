/** Options that several functions take, checked; each throws an `OptionError` for what cannot be. */
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

/** A whole number of milliseconds, of `least` or more. */
export function checkMilliseconds(option: string, ms: number, least: number): void {
  if (!Number.isSafeInteger(ms) || ms < least) {
    throw new OptionError(option, `is ${ms}; a whole number of milliseconds is expected, ${least} or more`);
  }
}

/** As `--state` takes it; a folder is relative to the process's own. */
export function locateState(text: string): StateLocation {
  const parsed = parseState(text, process.cwd());
  if (parsed.kind === 'refused') throw new OptionError('state', parsed.reason);
  return parsed.state;
}

/** Bounds that can be kept. */
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

/** A key that can be one, and scheme, host and port of the API that it is for: unless given, that of the region. */
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
    read.kind === 'missing'
      ? 'is empty'
      : 'cannot be right: white space, quotes or control characters stand in it',
  );
}
