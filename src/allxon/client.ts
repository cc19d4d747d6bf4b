/**
 * The Allxon client: every call is signed, sent once, classified, and resolves with an outcome.
 *
 * 1. A call whose time has not come (429, nothing remaining) is not sent.
 * 2. A call is signed by the server's clock as far as it is known. Only a 401 that is explained by our clock is answered
 *    by signing and sending once more: it certainly did not happen.
 * 3. No message holds the secret or a signature.
 */
import type { Clock } from '../base/clock.ts';
import { renderElapsed } from '../base/duration.ts';
import { printable } from '../base/text.ts';
import type { DeploymentId } from '../plan/identifiers.ts';
import type { AllxonApi, ApiFailure, Budget, DeploymentRequest, PostOutcome, ReadOutcome } from './api.ts';
import type { Credentials } from './credentials.ts';
import { decodeBody } from './decode-body.ts';
import type { DecodedBody } from './decode-body.ts';
import { classifyStatus, classifyTransportFailure, UNREADABLE, WITHHELD } from './outcome-table.ts';
import type { Effect } from './outcome-table.ts';
import { budgetAt, UNKNOWN_BUDGET, updateBudget } from './rate-budget.ts';
import { readApiError, readConnectionList, readDeviceReports, readPostAnswer } from './read-answer.ts';
import { readClockOffset } from './server-clock.ts';
import { signRequest } from './signature.ts';
import type { Transport, TransportResult } from './transport.ts';
import type { WireDeploymentRequest } from './wire.ts';

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

/** A clock that is further off than this is named as the likely reason of a 401. */
const CLOCK_BLAMED_MS = 60_000;

export function openAllxonClient(options: ClientOptions): AllxonApi {
  const session: Session = { ...options, budget: UNKNOWN_BUDGET, offsetMs: null, callsUnderWay: 0 };
  return {
    postDeployment: (request) => postDeployment(request, session),
    readDeployment: (id) => read(readCall(deploymentPath(id), READ_TIMEOUT_MS), readDeviceReports, session),
    readConnections: () => read(readCall('/connection', CONNECTIONS_TIMEOUT_MS), readConnectionList, session),
    budget: () => currentBudget(session),
    clockOffsetMs: () => session.offsetMs,
    close: () => session.transport.close(),
  };
}

/** What the answers have taught so far. */
type Session = ClientOptions & { budget: Budget; offsetMs: number | null; callsUnderWay: number };

/** Calls under way are counted as made: their answers have not told it yet. */
function currentBudget({ budget, clock, callsUnderWay }: Session): Budget {
  const known = budgetAt(budget, clock.now());
  if (known.remaining === null) return known;
  const remaining = Math.max(0, known.remaining - callsUnderWay);
  return {
    ...known,
    remaining,
    blockedUntil: known.blockedUntil ?? (remaining === 0 ? known.resetAt : null),
  };
}

type Call = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: string | null;
  readonly timeoutMs: number;
};

type CallOutcome =
  | { readonly kind: 'answered'; readonly value: unknown; readonly requestId: string | null }
  | { readonly kind: 'failed'; readonly effect: Effect; readonly failure: ApiFailure };

async function postDeployment(request: DeploymentRequest, session: Session): Promise<PostOutcome> {
  const call: Call = {
    method: 'POST',
    path: '/ota/deployment',
    body: JSON.stringify(toWire(request)),
    timeoutMs: POST_TIMEOUT_MS,
  };
  const outcome = await perform(call, session);
  if (outcome.kind === 'failed') {
    return { kind: outcome.effect === 'none' ? 'not-made' : 'in-doubt', failure: outcome.failure };
  }
  const answer = readPostAnswer(outcome.value, request.devices);
  if (answer !== null) return { ...answer, requestId: outcome.requestId };
  const detail = 'the answer names no deployment_id that could be kept';
  return { kind: 'in-doubt', failure: unreadable(call, detail, outcome.requestId) };
}

function readCall(path: string, timeoutMs: number): Call {
  return { method: 'GET', path, body: null, timeoutMs };
}

async function read<T>(
  call: Call,
  readValue: (value: unknown) => T | string,
  session: Session,
): Promise<ReadOutcome<T>> {
  const outcome = await perform(call, session);
  if (outcome.kind === 'failed') return { kind: 'failed', failure: outcome.failure };
  const value = readValue(outcome.value);
  if (typeof value === 'string')
    return { kind: 'failed', failure: unreadable(call, value, outcome.requestId) };
  return { kind: 'read', value, requestId: outcome.requestId };
}

function toWire({ devices, artifactUuid, arguments: values }: DeploymentRequest): WireDeploymentRequest {
  const base = { device_sn: devices, artifact_uuid: artifactUuid };
  return Object.keys(values).length === 0 ? base : { ...base, arguments: [values] };
}

function deploymentPath(id: DeploymentId): string {
  return `/ota/deployment/${encodeURIComponent(id)}/all`;
}

async function perform(call: Call, session: Session): Promise<CallOutcome> {
  const { blockedUntil } = currentBudget(session);
  if (blockedUntil !== null) {
    const wait = renderElapsed(blockedUntil - session.clock.now() + 999);
    const message = `${nameOf(call)} was not sent: the rate limit is used up for another ${wait}`;
    return { kind: 'failed', effect: WITHHELD.effect, failure: failureOf(WITHHELD.kind, { message }) };
  }
  const signedOffsetMs = session.offsetMs ?? 0;
  const first = await sendOnce(call, session);
  const learnedMs = Math.abs((session.offsetMs ?? 0) - signedOffsetMs);
  const isClocksFault = first.kind === 'failed' && first.failure.kind === 'unauthorized' && learnedMs > 0;
  return isClocksFault ? sendOnce(call, session) : first;
}

async function sendOnce(call: Call, session: Session): Promise<CallOutcome> {
  const { clock, transport, origin } = session;
  const sentAt = clock.now();
  count(session, 1);
  const result = await transport.send({
    method: call.method,
    origin,
    pathWithQuery: call.path,
    headers: headersFor(call, session),
    body: call.body,
    timeoutMs: call.timeoutMs,
  });
  count(session, -1);
  if (result.kind === 'failed') {
    const { kind, effect } = classifyTransportFailure(result);
    const message = describeTransportFailure(call, result, session);
    return { kind: 'failed', effect, failure: failureOf(kind, { message }) };
  }
  learn(result, sentAt, session);
  const body = decodeBody(result.body, result.headers.get('content-encoding'));
  return classifyAnswer(call, { result, body }, session);
}

function count(session: Session, calls: 1 | -1): void {
  Object.assign(session, { callsUnderWay: session.callsUnderWay + calls });
}

function headersFor(
  call: Call,
  { clock, offsetMs, credentials, version }: Session,
): Readonly<Record<string, string>> {
  return {
    Accept: 'application/json',
    'Accept-Encoding': 'gzip',
    'Content-Type': 'application/json',
    'User-Agent': `breakwater/${version}`,
    ...signRequest(
      { method: call.method, pathWithQuery: call.path, epochMs: clock.now() + (offsetMs ?? 0) },
      credentials,
    ),
  };
}

type Response = Extract<TransportResult, { readonly kind: 'response' }>;

function learn({ headers, status }: Response, sentAt: number, session: Session): void {
  const answeredAt = session.clock.now();
  const offsetMs = readClockOffset({ sentAt, answeredAt, date: headers.get('date') });
  Object.assign(session, {
    offsetMs: offsetMs ?? session.offsetMs,
    budget: updateBudget(session.budget, {
      headers,
      status,
      now: answeredAt,
      offsetMs: offsetMs ?? session.offsetMs ?? 0,
    }),
  });
}

type Answer = { readonly result: Response; readonly body: DecodedBody };

function classifyAnswer(call: Call, { result, body }: Answer, session: Session): CallOutcome {
  const requestId = requestIdOf(result);
  if (result.status >= 200 && result.status <= 299) {
    if (body.kind === 'json') return { kind: 'answered', value: body.value, requestId };
    return { kind: 'failed', effect: UNREADABLE.effect, failure: unreadable(call, body.reason, requestId) };
  }
  const { kind, effect } = classifyStatus(result.status);
  const { code, message } = readApiError(body.kind === 'json' ? body.value : null);
  const said = [code, message].filter((text) => text !== null).join(': ');
  const sentence = `${nameOf(call)} was answered with ${result.status}${said === '' ? '' : ` (${said})`}${adviceOn(kind, session)}${describeRequest(requestId)}`;
  const failure = failureOf(kind, {
    message: mask(sentence, session),
    status: result.status,
    code,
    requestId,
  });
  return { kind: 'failed', effect, failure };
}

function adviceOn(kind: ApiFailure['kind'], { offsetMs }: Session): string {
  if (kind === 'forbidden') return '; the API key lacks the permission for it';
  if (kind !== 'unauthorized') return '';
  if (offsetMs !== null && Math.abs(offsetMs) >= CLOCK_BLAMED_MS) {
    const side = offsetMs > 0 ? 'behind' : 'ahead of';
    return `; the clock is off by ${renderElapsed(Math.abs(offsetMs))} (${side} the server's): set it, and see that ALLXON_API_KEY_ID and ALLXON_API_SECRET are right`;
  }
  return '; see that ALLXON_API_KEY_ID and ALLXON_API_SECRET are right and belong together';
}

function describeTransportFailure(
  call: Call,
  result: Extract<TransportResult, { readonly kind: 'failed' }>,
  session: Session,
): string {
  const what =
    result.phase === 'connect'
      ? `${session.origin} cannot be reached for ${nameOf(call)}`
      : `${nameOf(call)} was sent, but no answer came`;
  return mask(`${what}: ${printable(result.message)}`, session);
}

function unreadable(call: Call, reason: string, requestId: string | null): ApiFailure {
  return failureOf(UNREADABLE.kind, {
    message: `${nameOf(call)}: ${reason}${describeRequest(requestId)}`,
    requestId,
  });
}

function failureOf(
  kind: ApiFailure['kind'],
  facts: Partial<Omit<ApiFailure, 'kind'>> & { readonly message: string },
): ApiFailure {
  return { kind, status: null, code: null, requestId: null, ...facts };
}

function requestIdOf({ headers }: Response): string | null {
  const id = headers.get('x-request-id') ?? '';
  return id === '' ? null : printable(id.slice(0, REQUEST_ID_CHARS_MAX));
}

const REQUEST_ID_CHARS_MAX = 128;

/** For the vendor's support. */
function describeRequest(requestId: string | null): string {
  return requestId === null ? '' : ` [request ${requestId}]`;
}

function nameOf({ method, path }: Call): string {
  return `${method} ${path}`;
}

/** A server that echoes what it was sent must not bring a secret into a log. */
function mask(text: string, { credentials }: Session): string {
  return text
    .replaceAll(credentials.secret, '***')
    .replaceAll(/Signature=\\?"?[0-9a-f]{16,}/g, 'Signature="***');
}
