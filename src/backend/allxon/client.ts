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
import { steadyTime } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
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
import {
  ACCOUNT,
  adviseOn,
  boundsForDevices,
  describeNoAnswer,
  describeRefusal,
  describeStale,
  describeUnreadable,
  describeWithheld,
  failureOf,
  readRequestId,
  SMALL,
} from './call.ts';
import type { AnswerFacts, Call } from './call.ts';
import type { Credentials } from './credentials.ts';
import { followPages } from './follow-pages.ts';
import type { ReadPage } from './follow-pages.ts';
import { decodeBody } from './decode-body.ts';
import type { BodyBounds, DecodedBody } from './decode-body.ts';
import { currentBudget, learn, machineAhead, NOTHING_LEARNED, signingOffset } from './learned.ts';
import type { Learned } from './learned.ts';
import { createMask } from './mask.ts';
import type { Mask } from './mask.ts';
import { classifyStatus, classifyTransportFailure, outcomeOf } from './outcome-table.ts';
import type { Effect, Occurrence } from './outcome-table.ts';
import {
  readArtifactUuid,
  readUploadTicket,
  readApiError,
  readConnectionList,
  readDeviceReports,
} from './read-answer.ts';
import { readListPage } from './read-list.ts';
import { findDeploymentId, readPostAnswer } from './read-post-answer.ts';
import { doubtsOf, machineOffset } from './server-clock.ts';
import { signRequest } from './signature.ts';
import type { Transport, TransportResult } from './transport.ts';
import type { WireArtifactRequest, WireDeploymentRequest, WireUploadRequest } from './wire.ts';

export type ClientOptions = {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly credentials: Credentials;
  readonly transport: Transport;
  readonly clock: Clock;
  /** For `User-Agent`. */
  readonly version: string;
};

/** A POST is given long: one that we gave up on is in doubt. */
const POST_TIMEOUT_MS = 60_000;
const READ_TIMEOUT_MS = 30_000;
/** The first call of a run: whoever waits for it is to know within 15 s that the API is away. */
const CONNECTIONS_TIMEOUT_MS = 12_000;

/** A 401 is put down to the time that it was signed with where that was as far off as this. */
const SIGNED_OFF_MS_MIN = 60_000;

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

/** With what the answers have taught so far. */
type Session = ClientOptions & Learned;

type CallOutcome =
  | {
      readonly kind: 'answered';
      readonly value: unknown;
      readonly facts: AnswerFacts;
      readonly headers: Response['headers'];
    }
  | { readonly kind: 'failed'; readonly effect: Effect; readonly failure: ApiFailure };

const DEPLOYMENT_PATH = '/ota/deployment';

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

async function perform(call: Call, session: Session): Promise<CallOutcome> {
  const withheld = throttle(call, session);
  if (withheld !== null) return withheld;
  const signedByMs = signingOffset(session) ?? 0;
  const first = await sendOnce(call, signCall(call, session), session);
  if (first.kind === 'answered' || !isSignedOff(first, signedByMs, session)) return first;
  return throttle(call, session) === null ? sendOnce(call, signCall(call, session), session) : first;
}

/** Whether a refusal is put down to the clock that the call was signed by. */
function isSignedOff({ failure }: Failed, signedByMs: number, session: Session): boolean {
  if (failure.kind !== 'unauthorized') return false;
  return Math.abs((signingOffset(session) ?? 0) - signedByMs) >= SIGNED_OFF_MS_MIN;
}

function signCall({ method, path }: Pick<Call, 'method' | 'path'>, session: Session): SignedCall {
  const epochMs = Math.floor(session.clock.now() + (signingOffset(session) ?? 0));
  return signRequest({ method, pathWithQuery: path, epochMs }, session.credentials);
}

function throttle(call: Call, session: Session): CallOutcome | null {
  const { blockedUntil } = currentBudget(session);
  if (blockedUntil === null) return null;
  return failed(call, 'withheld', { message: describeWithheld(call, blockedUntil, session.clock.now()) });
}

async function sendOnce(call: Call, signed: SignedCall, session: Session): Promise<CallOutcome> {
  const { clock, transport, origin, version, signsBy } = session;
  const sentAt = steadyTime(clock);
  const mask = createMask(signed.confidential);
  session.callsUnderWay++;
  const result = await transport.send({
    method: call.method,
    origin,
    pathWithQuery: call.path,
    headers: {
      Accept: 'application/json',
      'Accept-Encoding': 'gzip',
      'Content-Type': 'application/json',
      'Cache-Control': 'no-cache',
      'User-Agent': `breakwater/${version}`,
      ...signed.headers,
    },
    body: call.body,
    timeoutMs: call.timeoutMs,
  });
  session.callsUnderWay--;
  if (result.kind === 'failed') {
    const message = describeNoAnswer(call, origin, { ...result, message: mask(result.message) });
    return failed(call, classifyTransportFailure(result), { message });
  }
  learn({ headers: result.headers, status: result.status, sentAt, signsBy }, session);
  return classifyAnswer(call, { result, mask }, session);
}

type Response = Extract<TransportResult, { readonly kind: 'response' }>;

type Answer = { readonly result: Response; readonly mask: Mask };

function classifyAnswer(call: Call, { result, mask }: Answer, session: Session): CallOutcome {
  const { status, headers } = result;
  const facts = { status, requestId: readRequestId(headers.get('x-request-id'), mask) };
  const encoding = headers.get('content-encoding');
  const isRefused = status < 200 || status > 299;
  const body = decodeBody(result.body, { encoding, mask, bounds: isRefused ? SMALL : call.bounds });
  if (isRefused) return refused(call, { facts, body, age: headers.get('age') }, session);
  if (body.kind === 'json') return { kind: 'answered', value: body.value, facts, headers };
  return unreadable(call, `${body.reason}${describeClue(call, { text: body.text, mask })}`, facts);
}

type Refused = {
  readonly facts: AnswerFacts;
  readonly body: DecodedBody;
  readonly age: string | undefined;
};

function refused(call: Call, answer: Refused, session: Session): CallOutcome {
  const { facts, body } = answer;
  const said =
    body.kind === 'json'
      ? readApiError(body.value)
      : { code: null, message: body.text === '' ? null : body.reason };
  const occurrence = isForeignMissing(call, answer) ? 'any-other-status' : classifyStatus(facts.status);
  const time = { offsetMs: signingOffset(session), now: session.clock.now() };
  const advice = adviseOn(outcomeOf(call.method, occurrence).kind, said, time);
  const message = describeRefusal(call, { ...facts, ...said }, advice);
  return failed(call, occurrence, { ...facts, code: said.code, message });
}

/** Whether it is not the API itself, now, that says that it has no such deployment: a gateway's page, say, or a cache. */
function isForeignMissing({ method, path }: Call, { facts, body, age }: Refused): boolean {
  const isOfDeployment = method === 'GET' && path.startsWith(`${DEPLOYMENT_PATH}/`);
  const isForeign = (body.kind !== 'json' && body.text !== '') || describeStale(age) !== null;
  return facts.status === 404 && isOfDeployment && isForeign;
}

/** A deployment in doubt may be adopted by its id: what is left of an answer may hold it. */
function describeClue(
  { method }: Call,
  { text, mask }: { readonly text: string; readonly mask: Mask },
): string {
  const id = method === 'POST' ? findDeploymentId(text) : null;
  return id === null || mask(id) !== id ? '' : `; the part that came names deployment_id ${id}`;
}

type Failed = Extract<CallOutcome, { readonly kind: 'failed' }>;

function unreadable(call: Call, reason: string, facts: AnswerFacts): Failed {
  return failed(call, 'unreadable-2xx', { ...facts, message: describeUnreadable(call, reason, facts) });
}

function failed(
  { method }: Call,
  occurrence: Occurrence,
  facts: Partial<Omit<ApiFailure, 'kind'>> & { readonly message: string },
): Failed {
  const { kind, effect } = outcomeOf(method, occurrence);
  return { kind: 'failed', effect, failure: failureOf(kind, facts) };
}
