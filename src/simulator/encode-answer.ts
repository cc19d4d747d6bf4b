/** JSON and headers as they travel: the body is always gzip, whatever its status. */
import { gzipSync } from 'node:zlib';
import type { ApiAnswer, PlainAnswer } from './api-call.ts';
import type { FaultName } from './scenario.ts';

export type AnswerFrame = {
  /** Epoch milliseconds by the server's clock. */
  readonly serverNow: number;
  readonly requestId: string;
  readonly rateLimit: Readonly<Record<string, string>>;
};

/** Answers of megabytes are made often; the least compression is the quickest. */
const GZIP_LEVEL = 1;

const NOT_JSON = '<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>';

export function encodeAnswer(answer: PlainAnswer, frame: AnswerFrame, fault: FaultName | null): ApiAnswer {
  const isJson = fault !== 'not-json';
  const whole = gzipSync(isJson ? JSON.stringify(answer.body) : NOT_JSON, { level: GZIP_LEVEL });
  // A whole HTTP message whose gzip stream ends too early: what a broken cache or proxy sends.
  const body = fault === 'truncated' ? whole.subarray(0, Math.floor(whole.length / 2)) : whole;
  return {
    status: answer.status,
    headers: {
      'Content-Type': isJson ? 'application/json' : 'text/html',
      'Content-Encoding': 'gzip',
      'Content-Length': String(body.length),
      Date: new Date(frame.serverNow).toUTCString(),
      'X-Request-ID': frame.requestId,
      ...frame.rateLimit,
    },
    body,
  };
}
