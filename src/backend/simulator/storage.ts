/**
 * The storage that artifacts' files are put into: no part of the API. It knows no key and has no rate limit; who may put
 * what is in the URL's signature, which holds for the headers too. It answers with nothing, or with XML, and never gzip.
 */
import { createHash } from 'node:crypto';
import type { ApiAnswer, ApiCall, ApiReply } from './api-call.ts';
import { CONTENT_TYPE } from './artifacts.ts';
import type { Artifacts } from './artifacts.ts';
import { isRefusedStatus, REFUSED_STATUSES } from './scenario.ts';
import type { FaultName } from './scenario.ts';

/** The headers of the API, which are not for strangers. */
const NOT_FOR_STORAGE = ['authorization', 'x-allxon-epoch'];

/** Puts the file, or does what the fault says instead, or besides. */
export function strikePut(
  artifacts: Artifacts,
  { call, now }: { readonly call: ApiCall; readonly now: number },
  fault: FaultName | null,
): ApiReply {
  if (fault === 'reset-before-effect') return { kind: 'reset' };
  const corrupted = corruptPut(fault, call);
  if (corrupted !== null) return { kind: 'answer', ...corrupted };
  const answer = putFile(artifacts, call, now);
  if (fault === 'timeout-after-effect') return { kind: 'hang' };
  if (fault === 'reset-after-effect' || fault === 'cut-off') return { kind: 'reset' };
  if (fault === 'status-500-after-effect')
    return { kind: 'answer', ...refuse(500, 'InternalError', call.path) };
  return { kind: 'answer', ...answer };
}

function putFile(artifacts: Artifacts, call: ApiCall, now: number): ApiAnswer {
  const { pathname, searchParams } = new URL(call.path, 'http://storage');
  const grant = artifacts.findGrant(searchParams.get('signature') ?? '');
  const isSigned =
    grant !== null &&
    pathname === `/storage/${grant.uuid}` &&
    searchParams.get('expires') === String(grant.until);
  const artifact = isSigned ? artifacts.find(grant.uuid) : null;
  if (!isSigned || artifact === null) return refuse(403, 'SignatureDoesNotMatch', call.path);
  if (now >= grant.until) return refuse(403, 'AccessDenied', call.path);
  if (NOT_FOR_STORAGE.some((name) => call.headers[name] !== undefined)) {
    return refuse(400, 'InvalidArgument', call.path);
  }
  if (call.headers['content-length'] === undefined) return refuse(411, 'MissingContentLength', call.path);
  const md5 = Buffer.from(artifact.md5, 'hex').toString('base64');
  if (call.headers['content-type'] !== CONTENT_TYPE || call.headers['content-md5'] !== md5) {
    return refuse(403, 'SignatureDoesNotMatch', call.path);
  }
  const sum = call.sum ?? sumOf(call.body);
  if (sum.md5 !== artifact.md5) return refuse(400, 'BadDigest', call.path);
  artifacts.store(artifact, sum.bytes);
  return { status: 200, headers: { 'Content-Length': '0' }, body: new Uint8Array() };
}

/** What a fault answers in place of it; `null` for one that strikes after the effect, or not at all. */
function corruptPut(fault: FaultName | null, { path, headers }: ApiCall): ApiAnswer | null {
  if (fault === null) return null;
  if (isRefusedStatus(fault)) {
    const { status } = REFUSED_STATUSES[fault];
    return status === 302 ? redirect(status, path, headers) : refuse(status, 'Refused', path);
  }
  const corrupted = CORRUPTED[fault];
  if (corrupted === undefined) return null;
  return fault === 'redirect' ? redirect(corrupted[0], path, headers) : refuse(...corrupted, path);
}

function redirect(status: number, path: string, headers: ApiCall['headers']): ApiAnswer {
  const answer = refuse(status, 'TemporaryRedirect', path);
  const location = `http://${headers['host'] ?? 'storage'}/elsewhere${path}`;
  return { ...answer, headers: { ...answer.headers, Location: location } };
}

const CORRUPTED: Readonly<Partial<Record<FaultName, readonly [status: number, code: string]>>> = {
  'status-429': [429, 'SlowDown'],
  'status-500': [500, 'InternalError'],
  'status-503': [503, 'ServiceUnavailable'],
  unauthorized: [401, 'AccessDenied'],
  forbidden: [403, 'AccessDenied'],
  'not-found': [404, 'NoSuchBucket'],
  'damaged-file': [400, 'BadDigest'],
  redirect: [307, 'TemporaryRedirect'],
};

/** As storages do, it repeats what it was called with: whoever prints that prints a signature. */
function refuse(status: number, code: string, path: string): ApiAnswer {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>Refused</Message><Resource>${path.replaceAll('&', '&amp;')}</Resource></Error>`;
  const body = new TextEncoder().encode(text);
  return {
    status,
    headers: { 'Content-Type': 'application/xml', 'Content-Length': String(body.length) },
    body,
  };
}

function sumOf(body: Uint8Array): { readonly md5: string; readonly bytes: number } {
  return { md5: createHash('md5').update(body).digest('hex'), bytes: body.length };
}
