/** One call to the API, before it is signed, and the words in which its failures are told. */
import { renderElapsed } from '../../base/duration.ts';
import { printable } from '../../base/text.ts';
import type { ApiFailure, FailureKind } from '../api.ts';
import type { BodyBounds } from './decode-body.ts';
import type { Mask } from './mask.ts';
import { parseAge } from './server-clock.ts';

export type Call = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: string | null;
  /** For the whole exchange. */
  readonly timeoutMs: number;
  /** Of its answer. */
  readonly bounds: BodyBounds;
};

/** An answer that is no list. */
export const SMALL: BodyBounds = { bytes: 262_144, values: 10_000 };

/** A row has three members, or five; a message of 500 characters fits besides. */
export function boundsForDevices(devices: number): BodyBounds {
  return { bytes: SMALL.bytes + devices * 1_024, values: SMALL.values + devices * 32 };
}

/** How many devices an account may have, for its list to be read in one answer: nobody says how many it has. */
const ACCOUNT_DEVICES_MAX = 200_000;

/** Of a list whose length is not known. A row has two members. */
export const ACCOUNT: BodyBounds = {
  bytes: SMALL.bytes + ACCOUNT_DEVICES_MAX * 256,
  values: SMALL.values + ACCOUNT_DEVICES_MAX * 16,
};

/** What a refusal says beside its status. */
export type Refusal = {
  readonly status: number;
  readonly code: string | null;
  /** The API's message, or what is wrong with the answer. */
  readonly message: string | null;
  readonly requestId: string | null;
};

const REQUEST_ID_CHARS_MAX = 128;

/** `until` and `now` are epoch milliseconds by our clock. */
export function describeWithheld(call: Call, until: number, now: number): string {
  const seconds = Math.ceil((until - now) / 1000);
  const at = new Date(Math.ceil(until / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  return `${nameOf(call)} was not sent: the rate limit is reached until ${at}, ${seconds} s from now`;
}

export function describeNoAnswer(call: Call, origin: string, failed: NoAnswer): string {
  const reason = printable(failed.message);
  return failed.phase === 'connect'
    ? `${origin} cannot be reached for ${nameOf(call)}: ${reason}`
    : `${nameOf(call)} was sent, but no complete answer came: ${reason}`;
}

type NoAnswer = { readonly phase: 'connect' | 'exchange'; readonly message: string };

/** `advice`: what to do, or empty. */
export function describeRefusal(call: Call, refusal: Refusal, advice: string): string {
  const said = [refusal.code, refusal.message].filter((text) => text !== null).join(': ');
  const told = said === '' ? '' : ` (${said})`;
  return `${nameOf(call)} was answered with ${refusal.status}${told}${advice}${describeRequest(refusal.requestId)}`;
}

/** An unusable 2xx answer; `reason` is a clause. */
export function describeUnreadable(call: Call, reason: string, { status, requestId }: AnswerFacts): string {
  return `${nameOf(call)} was answered with ${status}, but ${reason}${describeRequest(requestId)}`;
}

/** A cache may keep an answer this long: no time-out and no soak depends on so little. */
const AGE_MS_MAX = 5_000;

/** Why an answer is out of date by its `Age`: a cache kept it for too long. `null` if none did. */
export function describeStale(age: string | undefined): string | null {
  if (age === undefined) return null;
  const ageMs = parseAge(age);
  if (ageMs !== null && ageMs <= AGE_MS_MAX) return null;
  const since = ageMs === null ? 'an unknown time' : renderElapsed(ageMs);
  return `a cache kept it for ${since} (Age: ${printable(age.slice(0, 20))}), so it is out of date`;
}

export type AnswerFacts = { readonly status: number; readonly requestId: string | null };

/** A clock error above this is named as the likely reason of a 401. */
const CLOCK_BLAMED_MS = 60_000;

export type TimeKnown = {
  /** The server's clock less ours; `null` if no answer gave it. */
  readonly offsetMs: number | null;
  /** By our clock. */
  readonly now: number;
};

/** Words in the API's message that may mean the time of the signature. */
const SAYS_TIME = /\b(?:epoch|clock|time|timestamp|date|window|expired?|skew)\b/i;

/** What to do about a refusal, as the end of its sentence. If the time is unknown, the clock is named too. */
export function adviseOn(
  kind: FailureKind,
  said: Pick<Refusal, 'code' | 'message'>,
  { offsetMs, now }: TimeKnown,
): string {
  if (kind === 'forbidden') return '; the API key has no permission for it';
  if (kind !== 'unauthorized') return '';
  const key = 'check that ALLXON_API_KEY_ID and ALLXON_API_SECRET are correct and belong together';
  const here = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  if (offsetMs === null) {
    return `; the server's time is unknown: check this machine's clock (it shows ${here}), and ${key}`;
  }
  if (Math.abs(offsetMs) <= CLOCK_BLAMED_MS) {
    if (!SAYS_TIME.test(`${said.code ?? ''} ${said.message ?? ''}`)) return `; ${key}`;
    return `; the message is about the time, although the answer's Date agrees with this machine's clock: check the clock (it shows ${here}), and ${key}`;
  }
  const side = offsetMs > 0 ? 'behind' : 'ahead of';
  return `; the clock is ${renderElapsed(Math.abs(offsetMs))} ${side} the server's: correct it, and ${key}`;
}

/** The `X-Request-ID` header as it is kept, for the vendor's support. */
export function readRequestId(header: string | undefined, mask: Mask): string | null {
  const id = mask(header ?? '');
  return id === '' ? null : printable(id.slice(0, REQUEST_ID_CHARS_MAX));
}

export function failureOf(
  kind: ApiFailure['kind'],
  facts: Partial<Omit<ApiFailure, 'kind'>> & { readonly message: string },
): ApiFailure {
  return { kind, status: null, code: null, requestId: null, ...facts };
}

function describeRequest(requestId: string | null): string {
  return requestId === null ? '' : ` [request ${requestId}]`;
}

function nameOf({ method, path }: Call): string {
  return `${method} ${path}`;
}
