/** One call sent: held back while the budget says so, signed, sent once, and classified by what comes back. */
import type { Call, AnswerFacts } from './call.ts';
import type { Occurrence, Effect } from './outcome-table.ts';
import type { ApiFailure, SignedCall } from '../api.ts';
import { outcomeOf, classifyStatus, classifyTransportFailure } from './outcome-table.ts';
import {
  failureOf,
  describeUnreadable,
  describeStale,
  adviseOn,
  describeRefusal,
  readRequestId,
  SMALL,
  describeNoAnswer,
  describeWithheld,
} from './call.ts';
import type { Mask } from './mask.ts';
import { findDeploymentId } from './read-post-answer.ts';
import { readApiError } from './read-answer.ts';
import { signingOffset, learn, currentBudget } from './learned.ts';
import type { DecodedBody } from './decode-body.ts';
import { decodeBody } from './decode-body.ts';
import { steadyTime } from '../../base/clock.ts';
import { createMask } from './mask.ts';
import { signRequest } from './signature.ts';
import type { TransportResult, Transport } from './transport.ts';
import type { Learned } from './learned.ts';
import type { Credentials } from './credentials.ts';
import type { Clock } from '../../base/clock.ts';

export type ClientOptions = {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly credentials: Credentials;
  readonly transport: Transport;
  readonly clock: Clock;
  /** For `User-Agent`. */
  readonly version: string;
};

/** With what the answers have taught so far. */
export type Session = ClientOptions & Learned;

export type CallOutcome =
  | {
      readonly kind: 'answered';
      readonly value: unknown;
      readonly facts: AnswerFacts;
      readonly headers: Response['headers'];
    }
  | { readonly kind: 'failed'; readonly effect: Effect; readonly failure: ApiFailure };

export type Failed = Extract<CallOutcome, { readonly kind: 'failed' }>;

export type Response = Extract<TransportResult, { readonly kind: 'response' }>;

export const DEPLOYMENT_PATH = '/ota/deployment';

export async function perform(call: Call, session: Session): Promise<CallOutcome> {
  const withheld = throttle(call, session);
  if (withheld !== null) return withheld;
  const signedByMs = signingOffset(session) ?? 0;
  const first = await sendOnce(call, signCall(call, session), session);
  if (first.kind === 'answered' || !isSignedOff(first, signedByMs, session)) return first;
  return throttle(call, session) === null ? sendOnce(call, signCall(call, session), session) : first;
}

/** A 401 is put down to the time that it was signed with where that was as far off as this. */
const SIGNED_OFF_MS_MIN = 60_000;

/** Whether a refusal is put down to the clock that the call was signed by. */
export function isSignedOff({ failure }: Failed, signedByMs: number, session: Session): boolean {
  if (failure.kind !== 'unauthorized') return false;
  return Math.abs((signingOffset(session) ?? 0) - signedByMs) >= SIGNED_OFF_MS_MIN;
}

export function signCall({ method, path }: Pick<Call, 'method' | 'path'>, session: Session): SignedCall {
  const epochMs = Math.floor(session.clock.now() + (signingOffset(session) ?? 0));
  return signRequest({ method, pathWithQuery: path, epochMs }, session.credentials);
}

export function throttle(call: Call, session: Session): CallOutcome | null {
  const { blockedUntil } = currentBudget(session);
  if (blockedUntil === null) return null;
  return failed(call, 'withheld', { message: describeWithheld(call, blockedUntil, session.clock.now()) });
}

export async function sendOnce(call: Call, signed: SignedCall, session: Session): Promise<CallOutcome> {
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
  return id === null || mask(id) !== id ? '' : `; the received part names deployment_id ${id}`;
}

export function unreadable(call: Call, reason: string, facts: AnswerFacts): Failed {
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
