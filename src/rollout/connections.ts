/** Which devices were online when that was last asked: of a device that timed out, it tells where to look. */
import { present } from '../base/assert.ts';
import type { EventOf } from './event.ts';
import type { DeploymentState, Connections } from './state.ts';

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
