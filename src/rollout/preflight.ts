/** Whether the devices to come can be reached, by what the API says of the account's connections; in words, too. */
import type { Serial } from '../plan/identifiers.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { neededOf } from '../plan/threshold.ts';
import type { RolloutState, DeploymentState, Connections } from './state.ts';
import { count, list, printable, renderNumber } from '../base/text.ts';
import { present } from '../base/assert.ts';
import type { EventOf } from './event.ts';

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

const SERIALS_SHOWN = 3;

/** `118 of 120 devices are online; 1 is offline: b52d…; 1 is not known to the account: c63e…`. */
export function describePreflight(preflight: Preflight): string {
  const { devices, online, offline, needed, partial } = preflight;
  return [
    `${renderNumber(online)} of ${count(devices, 'device')} ${online === 1 ? 'is' : 'are'} online`,
    ...describeDevices(offline, 'offline'),
    ...describeDevices(unknownIn(preflight), 'not in the account'),
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
  return `${describePreflight(preflight)}: ${isReady(preflight) ? 'enough' : 'too few, a run would deploy nothing'}`;
}

/** For what cannot be decided by a part of the list. */
export function describePartial(why: string): string {
  return `the API's list of the account's devices is incomplete: ${why}`;
}

function describeDevices(serials: readonly Serial[], what: string): readonly string[] {
  if (serials.length === 0) return [];
  return [
    `${renderNumber(serials.length)} ${serials.length === 1 ? 'is' : 'are'} ${what}: ${printable(list(serials, SERIALS_SHOWN))}`,
  ];
}

// Whether a device was online when that was last asked: of a device that timed out, it says where to look.

export type Connection = {
  readonly status: 'online' | 'offline' | 'not-listed';
  /** How long before the deployment was intended it was asked. */
  readonly agoMs: number;
};

export function readConnections({
  at,
  offline,
  unlisted,
  partial,
}: EventOf<'connections-checked'>): Connections {
  return { at, offline: new Set(offline), unlisted: new Set(unlisted), isWhole: partial === undefined };
}

/** What was known of the device when its deployment was intended; `null` for nothing. */
export function connectionOf(
  { connections, devices, intendedAt }: DeploymentState,
  index: number,
): Connection | null {
  if (connections === null) return null;
  const { at, offline, unlisted, isWhole } = connections;
  const serial = present(devices[index], 'a device');
  const agoMs = Math.max(0, intendedAt - at);
  if (offline.has(serial)) return { status: 'offline', agoMs };
  if (!unlisted.has(serial)) return { status: 'online', agoMs };
  return isWhole ? { status: 'not-listed', agoMs } : null;
}
