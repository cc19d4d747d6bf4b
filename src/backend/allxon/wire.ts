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

/** `POST /ota/artifact`; the checksum is in lower-case hex. */
export type WireArtifactRequest = { readonly artifact_name: string; readonly artifact_md5: string };

export type WireArtifactAnswer = { readonly artifact_uuid: string };

/** `POST /ota/artifact/{uuid}`. */
export type WireUploadRequest = { readonly artifact_md5: string };

/** `content_md5` is in Base64. Both go into headers of the PUT, which is not to have the API's own headers. */
export type WireUploadAnswer = {
  readonly upload_url: string;
  readonly content_md5: string;
  readonly content_type: string;
};

/** The body of every 4xx and 5xx. */
export type WireError = { readonly code: string; readonly message: string };
