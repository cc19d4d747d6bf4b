/**
 * The API's signature, as the vendor's shell scripts make it with `openssl`:
 *
 *     signing key = hex(HMAC-SHA256(secret, decimal text of floor(epoch / 3600000)))
 *     signature   = hex(HMAC-SHA256(the signing key's hex *text*, METHOD + path with query + epoch))
 *
 * The body is not signed. The example signature on the vendor's authorization page does not follow from its own formula;
 * the scripts are what customers run, so they are right.
 */
import { createHmac } from 'node:crypto';
import type { SignedCall } from '../api.ts';
import type { Credentials } from './credentials.ts';

const HOUR_MS = 3_600_000;

export type Unsigned = {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** As it stands in the request line. */
  readonly pathWithQuery: string;
  /** Whole milliseconds since 1970; the server refuses what is outside a window of 10 minutes about its own time. */
  readonly epochMs: number;
};

export function signRequest(request: Unsigned, { keyId, secret }: Credentials): SignedCall {
  const signingKey = signingKeyOf(secret, request.epochMs);
  const signature = signatureOf(request, signingKey);
  return {
    epochMs: request.epochMs,
    headers: {
      Authorization: `ALLXON-SIG1 Credential="${keyId}",Signature="${signature}"`,
      'X-Allxon-Epoch': String(request.epochMs),
    },
    confidential: [secret, signingKey, signature],
  };
}

/** Lower-case hex; valid for the hour that `epochMs` lies in. */
export function signingKeyOf(secret: string, epochMs: number): string {
  return createHmac('sha256', secret)
    .update(String(Math.floor(epochMs / HOUR_MS)))
    .digest('hex');
}

/** Lower-case hex. */
export function signatureOf({ method, pathWithQuery, epochMs }: Unsigned, signingKey: string): string {
  return createHmac('sha256', signingKey).update(`${method}${pathWithQuery}${epochMs}`).digest('hex');
}
