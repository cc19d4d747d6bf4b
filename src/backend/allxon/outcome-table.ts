/**
 * What every outcome of a call means, in one table: did it happen, and may it be made again?
 *
 * There is no idempotency key and no way to list deployments. So a POST that *may* have happened is never made again
 * from here, and only outcomes that prove the opposite count as "did not happen": no connection came about, or the
 * server itself said that it refused the request.
 */
import type { FailureKind } from '../api.ts';

/** Whether the server acted upon the request: certainly not, or nobody can tell. */
export type Effect = 'none' | 'unknown';

export type Method = 'GET' | 'POST';

type Meaning = {
  readonly kind: FailureKind;
  /** Of a GET: reading changes nothing, so it is always free to be repeated. */
  readonly GET: 'none';
  readonly POST: Effect;
};

/** Every way in which a call can fail to bring an answer as documented. */
export type Occurrence = keyof typeof OUTCOMES;

export const OUTCOMES = {
  /** Not sent, because the rate budget is used up until Reset. */
  withheld: { kind: 'rate-limited', GET: 'none', POST: 'none' },
  /** No byte of the request was sent: DNS, refused, TLS, a proxy's no, or no connection in time. */
  'no-connection': { kind: 'unreachable', GET: 'none', POST: 'none' },
  'connection-lost': { kind: 'connection-lost', GET: 'none', POST: 'unknown' },
  'no-answer-in-time': { kind: 'timed-out', GET: 'none', POST: 'unknown' },
  /** It was carried out, or is being carried out, and we do not know as what. */
  'unreadable-2xx': { kind: 'unreadable', GET: 'none', POST: 'unknown' },
  400: { kind: 'invalid', GET: 'none', POST: 'none' },
  401: { kind: 'unauthorized', GET: 'none', POST: 'none' },
  403: { kind: 'forbidden', GET: 'none', POST: 'none' },
  404: { kind: 'not-found', GET: 'none', POST: 'none' },
  405: { kind: 'invalid', GET: 'none', POST: 'none' },
  /** The server gave up waiting for the request: it may have had all of it. */
  408: { kind: 'timed-out', GET: 'none', POST: 'unknown' },
  /** "Already exists", of something that we asked for once: somebody, a proxy perhaps, asked before. */
  409: { kind: 'conflict', GET: 'none', POST: 'unknown' },
  413: { kind: 'invalid', GET: 'none', POST: 'none' },
  414: { kind: 'invalid', GET: 'none', POST: 'none' },
  415: { kind: 'invalid', GET: 'none', POST: 'none' },
  422: { kind: 'invalid', GET: 'none', POST: 'none' },
  429: { kind: 'rate-limited', GET: 'none', POST: 'none' },
  431: { kind: 'invalid', GET: 'none', POST: 'none' },
  '5xx': { kind: 'server-error', GET: 'none', POST: 'unknown' },
  /** Redirects among them: none is followed, a POST might arrive twice. */
  'any-other-status': { kind: 'unexpected-status', GET: 'none', POST: 'unknown' },
} as const satisfies Readonly<Record<string | number, Meaning>>;

export type Outcome = { readonly kind: FailureKind; readonly effect: Effect };

export function outcomeOf(method: Method, occurrence: Occurrence): Outcome {
  const meaning = OUTCOMES[occurrence];
  return { kind: meaning.kind, effect: meaning[method] };
}

/** A status outside 200 to 299. */
export function classifyStatus(status: number): Occurrence {
  if (isListed(status)) return status;
  return status >= 500 && status <= 599 ? '5xx' : 'any-other-status';
}

/** A call without an answer; `phase` is how far it certainly got. */
export function classifyTransportFailure({
  phase,
  isTimeOut,
}: {
  readonly phase: 'connect' | 'exchange';
  readonly isTimeOut: boolean;
}): Occurrence {
  if (phase === 'connect') return 'no-connection';
  return isTimeOut ? 'no-answer-in-time' : 'connection-lost';
}

function isListed(status: number): status is Extract<Occurrence, number> {
  return Object.hasOwn(OUTCOMES, status);
}
