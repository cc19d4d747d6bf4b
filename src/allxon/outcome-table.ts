/**
 * What every outcome of a call means, in one table: did it happen, and may it be made again?
 *
 * There is no idempotency key and no way to list deployments. So a POST that *may* have happened is never made again
 * from here, and only outcomes that prove the opposite count as "did not happen": no connection came about, or the
 * server itself said that it refused the request.
 */
import type { FailureKind } from './api.ts';

/** Whether the server acted upon the request: certainly not, or nobody can tell. */
export type Effect = 'none' | 'unknown';

/** Which statuses mean what. Whatever is not listed is an `unexpected-status`. */
const STATUSES: Readonly<Record<number, { readonly kind: FailureKind; readonly effect: Effect }>> = {
  400: { kind: 'invalid', effect: 'none' },
  401: { kind: 'unauthorized', effect: 'none' },
  403: { kind: 'forbidden', effect: 'none' },
  404: { kind: 'not-found', effect: 'none' },
  405: { kind: 'invalid', effect: 'none' },
  // The server gave up waiting for the request: it may have had all of it.
  408: { kind: 'timed-out', effect: 'unknown' },
  // "Already exists", of something that we asked for once: somebody, a proxy perhaps, asked before.
  409: { kind: 'conflict', effect: 'unknown' },
  413: { kind: 'invalid', effect: 'none' },
  414: { kind: 'invalid', effect: 'none' },
  415: { kind: 'invalid', effect: 'none' },
  422: { kind: 'invalid', effect: 'none' },
  429: { kind: 'rate-limited', effect: 'none' },
  431: { kind: 'invalid', effect: 'none' },
};

const OTHER_STATUS = { kind: 'unexpected-status', effect: 'unknown' } as const;
const SERVER_ERROR = { kind: 'server-error', effect: 'unknown' } as const;

/** What a status outside 200 to 299 means. */
export function classifyStatus(status: number): { readonly kind: FailureKind; readonly effect: Effect } {
  return STATUSES[status] ?? (status >= 500 && status <= 599 ? SERVER_ERROR : OTHER_STATUS);
}

/** What a call without an answer means; `phase` is how far it certainly got. */
export function classifyTransportFailure({
  phase,
  isTimeOut,
}: {
  readonly phase: 'connect' | 'exchange';
  readonly isTimeOut: boolean;
}): { readonly kind: FailureKind; readonly effect: Effect } {
  if (phase === 'connect') return { kind: 'unreachable', effect: 'none' };
  return { kind: isTimeOut ? 'timed-out' : 'connection-lost', effect: 'unknown' };
}

/** A 2xx answer that cannot be read: it was carried out, or is being carried out, and we do not know as what. */
export const UNREADABLE = { kind: 'unreadable', effect: 'unknown' } as const;

/** A call that was not made, because the rate budget is used up until Reset. */
export const WITHHELD = { kind: 'rate-limited', effect: 'none' } as const;
