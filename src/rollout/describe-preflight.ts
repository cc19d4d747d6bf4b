/** What a preflight found, in a sentence. */
import { count, list, printable, renderNumber } from '../base/text.ts';
import type { Serial } from '../plan/identifiers.ts';
import { isReady, unknownIn } from './preflight.ts';
import type { Preflight } from './preflight.ts';

const SERIALS_SHOWN = 3;

/** `118 of 120 devices are online; 1 is offline: b52d…; 1 is not known to the account: c63e…`. */
export function describePreflight(preflight: Preflight): string {
  const { devices, online, offline, needed, partial } = preflight;
  return [
    `${renderNumber(online)} of ${count(devices, 'device')} ${online === 1 ? 'is' : 'are'} online`,
    ...describeDevices(offline, 'offline'),
    ...describeDevices(unknownIn(preflight), 'not known to the account'),
    ...(partial === undefined ? [] : [describePartial(partial)]),
    ...(needed === null ? [] : [`${renderNumber(needed)} needed (preflight.minOnline)`]),
  ].join('; ');
}

/** Why nothing is posted, for a preflight that is not ready. */
export function describeNotReady(preflight: Preflight): string {
  return `too few devices are online: ${describePreflight(preflight)}`;
}

export function describeReadiness(preflight: Preflight): string {
  const { needed } = preflight;
  if (needed === null) return describePreflight(preflight);
  return `${describePreflight(preflight)}: ${isReady(preflight) ? 'enough' : 'too few, a run would post nothing'}`;
}

/** For what cannot be decided by a part of the list. */
export function describePartial(why: string): string {
  return `the API's list of the account's devices is not whole: ${why}`;
}

function describeDevices(serials: readonly Serial[], what: string): readonly string[] {
  if (serials.length === 0) return [];
  return [
    `${renderNumber(serials.length)} ${serials.length === 1 ? 'is' : 'are'} ${what}: ${printable(list(serials, SERIALS_SHOWN))}`,
  ];
}
