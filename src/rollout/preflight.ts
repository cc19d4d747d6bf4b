/** Whether the devices to come can be reached, by what the API tells of the account's connections. */
import type { Serial } from '../plan/identifiers.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { neededOf } from '../plan/threshold.ts';
import type { RolloutState } from './state.ts';

export type Preflight = {
  /** How many were asked about. */
  readonly devices: number;
  readonly online: number;
  /** Of the account, and not online. */
  readonly offline: readonly Serial[];
  /** The API did not list them. */
  readonly unlisted: readonly Serial[];
  /** How many have to be online, by the plan's `preflight.minOnline`; `null` where it does not say. */
  readonly needed: number | null;
  /** Why the API's list is not whole; of a whole one, what is not listed is not of the account, and would be rejected. */
  readonly partial?: string;
};

/** The devices of the account, as the API lists them; `partial`: why some of them may be left out. */
export type Listing = { readonly listed: readonly ListedDevice[]; readonly partial?: string | undefined };

/** A device of the account, as the API lists it. */
export type ListedDevice = { readonly serial: string; readonly status: string };

/** In the plan's order: those that nothing was posted to, or that wait to be posted to again. */
export function devicesToCome({ waves, deployments }: RolloutState): readonly Serial[] {
  const posted = new Set<Serial>();
  for (const { call, devices, superseded } of deployments.values()) {
    if (call.kind !== 'accepted') continue;
    for (const [at, serial] of devices.entries()) if (superseded[at] === 0) posted.add(serial);
  }
  return waves
    .filter(({ phase }) => phase !== 'passed')
    .flatMap(({ wave }) => wave.devices.filter((serial) => !posted.has(serial)));
}

export function checkConnections(
  devices: readonly Serial[],
  { listed, partial }: Listing,
  { preflight }: RolloutPlan,
): Preflight {
  // A device that is listed twice is online by both rows, or is not.
  const statuses = new Map<string, string>();
  for (const { serial, status } of listed) {
    if ((statuses.get(serial) ?? 'online') === 'online') statuses.set(serial, status.toLowerCase());
  }
  const known = devices.filter((serial) => statuses.has(serial));
  const offline = known.filter((serial) => statuses.get(serial) !== 'online');
  return {
    devices: devices.length,
    online: known.length - offline.length,
    offline,
    unlisted: devices.filter((serial) => !statuses.has(serial)),
    needed: preflight === undefined ? null : neededOf(preflight.minOnline, devices.length),
    ...(partial !== undefined && { partial }),
  };
}

/** Devices that are certainly not of the account: the API would reject them. */
export function unknownIn({ unlisted, partial }: Preflight): readonly Serial[] {
  return partial === undefined ? unlisted : [];
}

export function isReady({ online, needed }: Preflight): boolean {
  return needed === null || online >= needed;
}
