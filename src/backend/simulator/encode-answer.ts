/** JSON and headers as they travel: the body is always gzip, whatever its status. */
import { gzipSync } from 'node:zlib';
import type { ApiAnswer, PlainAnswer } from './api-call.ts';
import type { FaultName, FaultRule } from './scenario.ts';

export type AnswerFrame = {
  /** Epoch milliseconds by the server's clock. */
  readonly serverNow: number;
  readonly requestId: string;
  readonly rateLimit: Readonly<Record<string, string>>;
  readonly hasDate: boolean;
};

/** Answers of megabytes are made often; the least compression is the quickest. */
const GZIP_LEVEL = 1;

const NOT_JSON = '<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>';

export function encodeAnswer(answer: PlainAnswer, frame: AnswerFrame, rule: FaultRule | null): ApiAnswer {
  const fault = rule?.fault ?? null;
  const isJson = fault !== 'not-json';
  const whole =
    oversized(fault) ?? gzipSync(isJson ? JSON.stringify(answer.body) : NOT_JSON, { level: GZIP_LEVEL });
  // A whole HTTP message whose gzip stream ends too early: what a broken cache or proxy sends.
  const body = fault === 'truncated' ? whole.subarray(0, Math.floor(whole.length / 2)) : whole;
  return {
    status: answer.status,
    headers: {
      'Content-Type': isJson ? 'application/json' : 'text/html',
      'Content-Encoding': 'gzip',
      'Content-Length': String(body.length),
      ...dateHeaders(frame, rule),
      'X-Request-ID': frame.requestId,
      ...frame.rateLimit,
      ...answer.headers,
    },
    body,
  };
}

function dateHeaders(
  { serverNow, hasDate }: AnswerFrame,
  rule: FaultRule | null,
): Readonly<Record<string, string>> {
  if (!hasDate || rule?.fault === 'no-date') return {};
  if (rule?.fault === 'wrong-date') return { Date: new Date(serverNow + rule.shiftMs).toUTCString() };
  if (rule?.fault !== 'cached-date') return { Date: new Date(serverNow).toUTCString() };
  const ageS = Math.floor(Math.abs(rule.shiftMs) / 1000);
  return { Date: new Date(serverNow - ageS * 1000).toUTCString(), Age: String(ageS) };
}

/** Made when one is wanted first, and kept: all three have less than a megabyte. */
const made = new Map<FaultName, Buffer>();

/** In place of an answer's gzip; `null` for a fault that leaves its size alone. */
function oversized(fault: FaultName | null): Buffer | null {
  if (fault === null) return null;
  const known = made.get(fault);
  if (known !== undefined) return known;
  const bytes = makeOversized(fault);
  if (bytes !== null) made.set(fault, bytes);
  return bytes;
}

function makeOversized(fault: FaultName): Buffer | null {
  if (fault === 'gzip-bomb') return repeatZipped('['.repeat(PART), BOMB_BYTES / PART);
  if (fault === 'deep-nesting') return gzipSync('['.repeat(NESTED) + ']'.repeat(NESTED));
  if (fault !== 'too-many-rows') return null;
  return Buffer.concat([gzipSync('[{}'), repeatZipped(',{}'.repeat(PART), ROWS / PART), gzipSync(']')]);
}

const PART = 1_000_000;
const BOMB_BYTES = 250_000_000;
const NESTED = 100_000;
const ROWS = 20_000_000;

/** Gzip may be of many parts, one after the other: so that one is packed, and not all of it. */
function repeatZipped(text: string, times: number): Buffer {
  const part = gzipSync(text, { level: 9 });
  return Buffer.concat(Array.from({ length: times }, () => part));
}
