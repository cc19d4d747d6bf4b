/**
 * The API's JSON as it travels. Types only: the client reads them from unknown bytes and the simulator writes them,
 * and the two share nothing else.
 */

/** `POST /ota/deployment`. `arguments` is absent, or holds exactly one object. */
export type WireDeploymentRequest = {
  readonly device_sn: readonly string[];
  readonly artifact_uuid: string;
  readonly arguments?: readonly [Readonly<Record<string, string>>];
};

/** 202. What the two lists hold is not documented: see `read-answer.ts` for the shapes that are understood. */
export type WireDeploymentAnswer = {
  readonly deployment_id: string;
  readonly deployment_accepted: unknown;
  readonly deployment_rejected: unknown;
};

/** `GET /ota/deployment/{id}/{filter}` answers with a bare array of these. `update_epoch` is in seconds. */
export type WireDeviceStatus = {
  readonly device_sn: string;
  readonly deployment_status: string;
  readonly update_epoch: number;
};

export type WireStatusFilter = 'all' | 'processing' | 'success' | 'failed';

/** `GET /connection` answers with a bare array of these. */
export type WireConnection = { readonly sn: string; readonly status: string };

/** The body of every 4xx and 5xx. */
export type WireError = { readonly code: string; readonly message: string };
