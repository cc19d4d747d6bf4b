/**
 * The Allxon client: every call is signed, sent once, classified, and resolves with an outcome.
 *
 * 1. A call whose time has not come (429, nothing remaining) is not sent.
 * 2. A call is signed by the server's clock as far as it is known. Only a 401 that our clock explains is answered by
 *    signing and sending once more: it certainly did not happen. Not so the call that starts a deployment: it is signed
 *    before its intent goes on record, and is sent with that signature or not at all. Nothing else that is no 2xx tells the
 *    time: a gateway may have written it.
 * 3. Nothing that comes out of here holds the secret or a signature: answers are masked before they are read.
 */
import type { ArtifactUuid, DeploymentId } from '../../plan/identifiers.ts';
import type {
  AllxonApi,
  ApiFailure,
  ArtifactApi,
  ArtifactRequest,
  CreateOutcome,
  DeploymentRequest,
  ListAsked,
  PostOutcome,
  ReadOutcome,
  SignedCall,
  UploadTicket,
} from '../api.ts';
import { ACCOUNT, boundsForDevices, describeStale, SMALL } from './call.ts';
import type { Call } from './call.ts';
import { followPages, readListPage } from './read-list.ts';
import type { ReadPage } from './read-list.ts';
import type { BodyBounds } from './decode-body.ts';
import { currentBudget, machineAhead, NOTHING_LEARNED, signingOffset } from './learned.ts';
import { readArtifactUuid, readUploadTicket, readConnectionList, readDeviceReports } from './read-answer.ts';
import { readPostAnswer } from './read-post-answer.ts';
import { doubtsOf, machineOffset } from './server-clock.ts';
import type { WireArtifactRequest, WireDeploymentRequest, WireUploadRequest } from './wire.ts';
import {
  unreadable,
  sendOnce,
  throttle,
  signCall,
  isSignedOff,
  perform,
  DEPLOYMENT_PATH,
} from './send-call.ts';
import type { Failed, Session, ClientOptions } from './send-call.ts';

/** A POST is given long: one that we gave up on is in doubt. */
const POST_TIMEOUT_MS = 60_000;
const READ_TIMEOUT_MS = 30_000;
/** The first call of a run: whoever waits for it is to know within 15 s that the API is away. */
const CONNECTIONS_TIMEOUT_MS = 12_000;

export type AllxonClient = AllxonApi & ArtifactApi;

export function openAllxonClient(options: ClientOptions): AllxonClient {
  const session: Session = { ...options, ...NOTHING_LEARNED };
  return {
    signDeployment: () => signCall({ method: 'POST', path: DEPLOYMENT_PATH }, session),
    postDeployment: (request, signed) => postDeployment(request, signed, session),
    readDeployment(id, asked) {
      const bounds = asked === undefined ? ACCOUNT : boundsForDevices(asked.devices);
      const call = readCall(deploymentPath(id), READ_TIMEOUT_MS, bounds);
      return readList({ call, readRows: readDeviceReports, asked }, session);
    },
    readConnections(asked) {
      const call = readCall('/connection', CONNECTIONS_TIMEOUT_MS, ACCOUNT);
      return readList({ call, readRows: readConnectionList, asked }, session);
    },
    createArtifact: (request) => createArtifact(request, session),
    requestUpload: (uuid, md5) => requestUpload(uuid, md5, session),
    budget: () => currentBudget(session),
    clockOffsetMs: () => machineOffset(session.serverClock, machineAhead(session)),
    clockDoubts: () => doubtsOf(session.serverClock, machineAhead(session)),
    close: () => options.transport.close(),
  };
}

/** Sent as it was signed, once: whoever wants it signed by another clock puts another intent on record first. */
async function postDeployment(
  request: DeploymentRequest,
  signed: SignedCall,
  session: Session,
): Promise<PostOutcome> {
  const call: Call = {
    method: 'POST',
    path: DEPLOYMENT_PATH,
    body: JSON.stringify(toWire(request)),
    timeoutMs: POST_TIMEOUT_MS,
    bounds: boundsForDevices(request.devices.length),
  };
  const signedByMs = signingOffset(session) ?? 0;
  const outcome = throttle(call, session) ?? (await sendOnce(call, signed, session));
  if (outcome.kind === 'failed') {
    const rejected = notAccepted(outcome);
    return rejected.kind === 'not-made' && isSignedOff(outcome, signedByMs, session)
      ? { ...rejected, wasSignedOff: true }
      : rejected;
  }
  const answer = readPostAnswer(outcome.value, request.devices);
  if (typeof answer === 'string') return notAccepted(unreadable(call, answer, outcome.facts));
  return { ...answer, requestId: outcome.facts.requestId };
}

function notAccepted({ effect, failure }: Failed): Extract<PostOutcome, { readonly failure: ApiFailure }> {
  return { kind: effect === 'none' ? 'not-made' : 'in-doubt', failure };
}

async function createArtifact({ name, md5 }: ArtifactRequest, session: Session): Promise<CreateOutcome> {
  const body: WireArtifactRequest = { artifact_name: name, artifact_md5: md5 };
  const call = postCall('/ota/artifact', body);
  const outcome = await perform(call, session);
  if (outcome.kind === 'failed') return notAccepted(outcome);
  const uuid = readArtifactUuid(outcome.value);
  return typeof uuid === 'string'
    ? { kind: 'created', uuid }
    : notAccepted(unreadable(call, uuid.unreadable, outcome.facts));
}

/** It changes nothing, and is a POST all the same. */
async function requestUpload(
  uuid: ArtifactUuid,
  md5: string,
  session: Session,
): Promise<ReadOutcome<UploadTicket>> {
  const body: WireUploadRequest = { artifact_md5: md5 };
  const call = postCall(`/ota/artifact/${uuid}`, body);
  const outcome = await read(call, (value) => readUploadTicket(value, md5), session);
  if (outcome.kind === 'read') return outcome;
  // What is told of an answer that cannot be read may be the beginning of a signed URL.
  const message = outcome.failure.message.replace(/\?[^\s"']*/g, '?…');
  return { kind: 'failed', failure: { ...outcome.failure, message } };
}

function postCall(path: string, body: WireArtifactRequest | WireUploadRequest): Call {
  return { method: 'POST', path, body: JSON.stringify(body), timeoutMs: READ_TIMEOUT_MS, bounds: SMALL };
}

function readCall(path: string, timeoutMs: number, bounds: BodyBounds): Call {
  return { method: 'GET', path, body: null, timeoutMs, bounds };
}

type ListCall<T> = {
  readonly call: Call;
  readonly readRows: (rows: readonly unknown[]) => readonly T[] | string;
  readonly asked: ListAsked | undefined;
};

function readList<T extends { readonly serial: string }>(
  { call, readRows, asked }: ListCall<T>,
  session: Session,
): Promise<ReadOutcome<readonly T[]>> {
  const { path, bounds } = call;
  return followPages({ path, origin: session.origin, bounds, signal: asked?.signal }, (next) =>
    readPage({ ...call, path: next }, readRows, session),
  );
}

async function readPage<T>(
  call: Call,
  readRows: ListCall<T>['readRows'],
  session: Session,
): Promise<ReadPage<T>> {
  const outcome = await perform(call, session);
  if (outcome.kind === 'failed') return { kind: 'failed', failure: outcome.failure };
  const { value, headers, facts } = outcome;
  const page = describeStale(headers.get('age')) ?? readListPage({ status: facts.status, headers, value });
  const values = typeof page === 'string' ? page : readRows(page.rows);
  if (typeof page === 'string' || typeof values === 'string') {
    const reason = typeof page === 'string' ? page : String(values);
    return { kind: 'failed', failure: unreadable(call, reason, facts).failure };
  }
  return { kind: 'read', page, values, requestId: facts.requestId };
}

async function read<T>(
  call: Call,
  readValue: (value: unknown) => T | string,
  session: Session,
): Promise<ReadOutcome<T>> {
  const outcome = await perform(call, session);
  if (outcome.kind === 'failed') return { kind: 'failed', failure: outcome.failure };
  const value = readValue(outcome.value);
  if (typeof value === 'string') {
    return { kind: 'failed', failure: unreadable(call, value, outcome.facts).failure };
  }
  return { kind: 'read', value, requestId: outcome.facts.requestId };
}

function toWire({ devices, artifactUuid, arguments: values }: DeploymentRequest): WireDeploymentRequest {
  const base = { device_sn: devices, artifact_uuid: artifactUuid };
  return Object.keys(values).length === 0 ? base : { ...base, arguments: [values] };
}

function deploymentPath(id: DeploymentId): string {
  return `/ota/deployment/${encodeURIComponent(id)}/all`;
}
