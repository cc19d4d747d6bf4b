/** What the world says, as the API's JSON. */
import type { WireConnection, WireDeploymentAnswer, WireDeviceStatus } from '../allxon/wire.ts';
import type { AnswerShape } from './scenario.ts';
import type { ConnectionStatus, ListedDevice, AccountAnswer } from './simulated-account.ts';

export function wireDeployment(answer: AccountAnswer, shape: AnswerShape): WireDeploymentAnswer {
  return {
    deployment_id: answer.deploymentId,
    deployment_accepted: wireList(
      answer.accepted.map((serial) => ({ serial, reason: null })),
      shape,
    ),
    deployment_rejected: wireList(answer.rejected, shape),
  };
}

/** `update_epoch` is in seconds by the server's clock. */
export function wireStatuses(
  statuses: readonly ListedDevice[],
  clockSkewMs: number,
): readonly WireDeviceStatus[] {
  return statuses.map(({ serial, status, updatedAt }) => ({
    device_sn: serial,
    deployment_status: status,
    update_epoch: Math.floor((updatedAt + clockSkewMs) / 1000),
  }));
}

export function wireConnections(connections: readonly ConnectionStatus[]): readonly WireConnection[] {
  return connections.map(({ serial, status }) => ({ sn: serial, status }));
}

function wireList(
  devices: readonly { readonly serial: string; readonly reason: string | null }[],
  shape: AnswerShape,
): unknown {
  switch (shape) {
    case 'serials':
      return devices.map(({ serial }) => serial);
    case 'objects':
      return devices.map(({ serial, reason }) => ({
        device_sn: serial,
        ...(reason !== null && { error: reason }),
      }));
    case 'sn-objects':
      return devices.map(({ serial, reason }) => ({
        sn: serial,
        ...(reason !== null && { code: 'E400-9', message: reason }),
      }));
    case 'map':
      return Object.fromEntries(devices.map(({ serial, reason }) => [serial, reason ?? 'accepted']));
  }
}
