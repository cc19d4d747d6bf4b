/**
 * What the rest of Breakwater knows of the API: three calls, each of which resolves with an outcome and never rejects.
 * Whoever calls decides when to try again; the client itself repeats a call only to sign it by the server's clock.
 */
import type { ArtifactUuid, DeploymentId, Serial } from '../plan/identifiers.ts';

export type AllxonApi = {
  /** Signs the call that starts a deployment, by the API's clock as far as it is known. Nothing is sent. */
  readonly signDeployment: () => SignedCall;
  /** Starts a deployment. To be called only with an intent on record, and once with each signature. */
  readonly postDeployment: (request: DeploymentRequest, signed: SignedCall) => Promise<PostOutcome>;
  /**
   * All devices of a deployment with their status words as sent. Free to be repeated. `devices`: how many it has, which
   * bounds how large an answer is believed.
   */
  readonly readDeployment: (
    id: DeploymentId,
    asked?: ListAsked & { readonly devices: number },
  ) => Promise<ReadOutcome<readonly DeviceReport[]>>;
  /** The account's devices. Free to be repeated. */
  readonly readConnections: (asked?: ListAsked) => Promise<ReadOutcome<readonly Connection[]>>;
  /** The rate budget as the latest answers told it. */
  readonly budget: () => Budget;
  /** The server's clock less ours, in milliseconds; `null` before the first answer. */
  readonly clockOffsetMs: () => number | null;
  /** What else the time may be: by answers that are not believed yet, or by this machine's clock where the two disagree. */
  readonly clockDoubts: () => readonly ClockDoubt[];
  /** Closes idle connections. */
  readonly close: () => Promise<void>;
};

/** The calls that make an artifact; its file goes to a storage elsewhere (`storage.ts`). */
export type ArtifactApi = {
  /** A second artifact of the same file is harmless, but it stays: there is no way to take one back. */
  readonly createArtifact: (request: ArtifactRequest) => Promise<CreateOutcome>;
  /** Where its file is to be put; for a while, and free to be repeated. */
  readonly requestUpload: (uuid: ArtifactUuid, md5: string) => Promise<ReadOutcome<UploadTicket>>;
};

/** `md5` is in lower-case hex. */
export type ArtifactRequest = { readonly name: string; readonly md5: string };

export type CreateOutcome =
  | { readonly kind: 'created'; readonly uuid: ArtifactUuid }
  /** Certainly did not happen. */
  | { readonly kind: 'not-made'; readonly failure: ApiFailure }
  /** May have happened. */
  | { readonly kind: 'in-doubt'; readonly failure: ApiFailure };

export type UploadTicket = {
  /** `https`, or `http` to this machine. Its query holds a signature and is shown to nobody. */
  readonly url: string;
  /** The file's checksum in Base64. */
  readonly contentMd5: string;
  readonly contentType: string;
};

/** What authorizes one call, for 10 minutes from `epochMs`, by the API's clock. It is never printed or kept. */
export type SignedCall = {
  /** Of the request that was signed. */
  readonly epochMs: number;
  /** The two headers that authorize the request. */
  readonly headers: { readonly Authorization: string; readonly 'X-Allxon-Epoch': string };
  /** What must not be printed: the secret and what was made from it. */
  readonly confidential: readonly string[];
};

/** Another opinion on what time it is, for as long as it is not refuted. */
export type ClockDoubt = {
  /** To be added to the machine's clock, in milliseconds. */
  readonly offsetMs: number;
  /** By the server's clock: both have run evenly since then. `Infinity` where that is not known. */
  readonly since: number;
};

export type DeploymentRequest = {
  readonly devices: readonly Serial[];
  readonly artifactUuid: string;
  readonly arguments: Readonly<Record<string, string>>;
};

export type PostOutcome =
  | {
      readonly kind: 'accepted';
      readonly deploymentId: DeploymentId;
      readonly requestId: string | null;
      readonly rejected: readonly { readonly serial: Serial; readonly reason: string }[];
      /** Sent, but neither accepted nor rejected by the answer. */
      readonly unanswered: readonly Serial[];
      /** Named by the answer, but not sent by us. */
      readonly foreign: readonly string[];
      /** What could not be read of the lists, as a sentence, or `null`. */
      readonly unreadable: string | null;
    }
  /** Certainly did not happen. `wasSignedOff`: it was signed by a clock that was off, as the answer has shown. */
  | { readonly kind: 'not-made'; readonly failure: ApiFailure; readonly wasSignedOff?: true }
  /** May have happened. */
  | { readonly kind: 'in-doubt'; readonly failure: ApiFailure };

/** A list of many pages takes as many calls; none is made once `signal` has aborted. */
export type ListAsked = { readonly signal?: AbortSignal };

export type ReadOutcome<T> =
  | {
      readonly kind: 'read';
      readonly value: T;
      readonly requestId: string | null;
      /** Why the list is not whole, as a sentence: then nothing follows from what it leaves out. Absent for a whole one. */
      readonly partial?: string;
    }
  | { readonly kind: 'failed'; readonly failure: ApiFailure };

export type DeviceReport = {
  readonly serial: string;
  /** `processing`, `success` or `failed`, or whatever else the API sent. */
  readonly status: string;
  /** When the API last changed it, in epoch milliseconds; `null` where it did not say. */
  readonly updatedAt: number | null;
};

export type Connection = { readonly serial: string; readonly status: string };

export type Budget = {
  /** `null` until an answer told it. */
  readonly limit: number | null;
  /** Calls left until `resetAt`; `null` until an answer told it. */
  readonly remaining: number | null;
  /** Epoch milliseconds by our clock; `null` until an answer told it. */
  readonly resetAt: number | null;
  /** No call may be made before this time (epoch milliseconds by our clock); `null` when calls may be made. */
  readonly blockedUntil: number | null;
};

export type FailureKind =
  /** No connection came about: DNS, refused, TLS, proxy, connect time-out. */
  | 'unreachable'
  /** The connection broke after the request may have been sent. */
  | 'connection-lost'
  /** No whole answer within the time allowed. */
  | 'timed-out'
  /** 401, also when signed by the server's clock. */
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  /** 400 and its kin: the request itself is wrong. */
  | 'invalid'
  | 'conflict'
  /** 429, or a call that was not made because the budget is used up until Reset. */
  | 'rate-limited'
  | 'server-error'
  /** A 2xx answer that is truncated, not gzip, not JSON or not of the documented shape. */
  | 'unreadable'
  /** A status that the API does not document. */
  | 'unexpected-status';

export type ApiFailure = {
  readonly kind: FailureKind;
  /** One sentence for a person; names method and path, status and the API's own code and message. Never a secret. */
  readonly message: string;
  readonly status: number | null;
  /** The API's own code, such as `E403-1`. */
  readonly code: string | null;
  readonly requestId: string | null;
};
