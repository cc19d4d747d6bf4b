import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { EPOCH_WINDOW_MS, refuseUnauthorized } from '../../../src/backend/simulator/admission.ts';
import { CREDENTIALS, makeCall, sign, STARTED_AT } from './kit.ts';
import type { CallDetails } from './kit.ts';

/** The code of the refusal, or `taken`. */
function verdict(line: string, details: CallDetails = {}, serverNow = STARTED_AT): string {
  const refused = refuseUnauthorized(makeCall(line, details), { credentials: CREDENTIALS, serverNow });
  return refused === null ? 'taken' : (refused.body as { readonly code: string }).code;
}

function hmacByOpenssl(key: string, text: string): string {
  const args = ['dgst', '-sha256', '-hmac', key, '-r'];
  return execFileSync('openssl', args, { input: text, encoding: 'utf8' }).slice(0, 64);
}

const POST = 'POST /ota/deployment';
const GET = 'GET /connection';

describe('the signature', () => {
  test("is the one of the vendor's scripts, as `openssl` makes it", () => {
    const at = 1708954065872;
    expect(hmacByOpenssl(CREDENTIALS.secret, String(Math.floor(at / 3_600_000)))).toBe(
      '9e73a5982eb5a38cb36830773eb92d0d12cbece741a9c95cdab678f1971eb58d',
    );
    const signature = '37dd7f3de1dcfeae5a1bb7a6441c631649454bb3c015c6456cca36045c4112d9';
    expect(sign(`POST/ota/deployment${at}`, String(at), { ...CREDENTIALS, hmac: hmacByOpenssl })).toBe(
      signature,
    );
    const authorization = `ALLXON-SIG1 Credential="key-1",Signature="${signature}"`;
    expect(verdict(POST, { at, headers: { authorization } }, at)).toBe('taken');
  });

  test('made with the bytes of the signing key in place of its hex text is refused', () => {
    const at = 1708954065872;
    const key = createHmac('sha256', CREDENTIALS.secret).update('474709').digest();
    const signature = createHmac('sha256', key).update(`POST/ota/deployment${at}`).digest('hex');
    const authorization = `ALLXON-SIG1 Credential="key-1",Signature="${signature}"`;
    expect(verdict(POST, { at, headers: { authorization } }, at)).toBe('E401-4');
  });

  test.each([
    ['the query is part of what is signed', `${GET}?page=2`, {}, 'taken'],
    ['the last millisecond of an hour', GET, { at: Date.UTC(2026, 0, 5, 8) - 1 }, 'taken'],
    ['the first millisecond of an hour', GET, { at: Date.UTC(2026, 0, 5, 8) }, 'taken'],
    ['another secret', GET, { secret: 'another' }, 'E401-4'],
  ])('%s', (_title, line, details: CallDetails, expected) => {
    expect(verdict(line, details, details.at)).toBe(expected);
  });

  test.each([
    ['another method', 'POST /connection'],
    ['another path', 'GET /connections'],
    ['a path without its query', 'GET /connection?page=2'],
  ])('of %s is refused', (_title, line) => {
    const { authorization = null } = makeCall(GET).headers;
    expect(verdict(line, { headers: { authorization } })).toBe('E401-4');
  });

  test('of another epoch is refused', () => {
    expect(verdict(GET, { headers: { 'x-allxon-epoch': String(STARTED_AT + 1) } })).toBe('E401-4');
  });
});

describe('a header', () => {
  test.each<[string, string, string, string | null, string]>([
    ['Accept is missing', GET, 'accept', null, 'E401-1'],
    ['Accept takes anything', GET, 'accept', '*/*', 'E401-1'],
    ['Accept takes JSON among others', GET, 'accept', 'text/html, application/json;q=0.9', 'taken'],
    ['Accept-Encoding is missing', GET, 'accept-encoding', null, 'E401-1'],
    ['Accept-Encoding is another', GET, 'accept-encoding', 'br', 'E401-1'],
    ['Accept-Encoding takes gzip among others', GET, 'accept-encoding', 'deflate, gzip', 'taken'],
    ['Content-Type is missing from a POST', POST, 'content-type', null, 'E401-1'],
    ['Content-Type of a POST is a form', POST, 'content-type', 'application/x-www-form-urlencoded', 'E401-1'],
    [
      'Content-Type of a POST has a parameter',
      POST,
      'content-type',
      'application/json; charset=utf-8',
      'taken',
    ],
    ["Content-Type is missing from a GET, as in the vendor's script", GET, 'content-type', null, 'taken'],
    ['Authorization is missing', GET, 'authorization', null, 'E401-1'],
    ['Authorization is empty', GET, 'authorization', '', 'E401-1'],
    ['Authorization is of another scheme', GET, 'authorization', 'Bearer abc', 'E401-3'],
    [
      'Authorization has no quotes',
      GET,
      'authorization',
      'ALLXON-SIG1 Credential=key-1,Signature=abc',
      'E401-3',
    ],
    [
      'Authorization has a short signature',
      GET,
      'authorization',
      'ALLXON-SIG1 Credential="key-1",Signature="abc"',
      'E401-3',
    ],
    ['X-Allxon-Epoch is missing', GET, 'x-allxon-epoch', null, 'E401-1'],
    ['X-Allxon-Epoch is in words', GET, 'x-allxon-epoch', 'now', 'E401-2'],
    ['X-Allxon-Epoch is in seconds', GET, 'x-allxon-epoch', String(STARTED_AT / 1000), 'E401-2'],
    ['X-Allxon-Epoch has a sign', GET, 'x-allxon-epoch', `+${STARTED_AT}`, 'E401-2'],
  ])('%s', (_title, line, name, value, expected) => {
    expect(verdict(line, { headers: { [name]: value } })).toBe(expected);
  });

  test('names every header that is missing at once', () => {
    const call = makeCall(POST, { headers: { accept: null, authorization: null } });
    const refused = refuseUnauthorized(call, { credentials: CREDENTIALS, serverNow: STARTED_AT });
    expect(refused).toEqual({
      status: 401,
      body: {
        code: 'E401-1',
        message: 'Headers missing or not as required: Accept: application/json, Authorization',
      },
    });
  });

  test('with a signature in upper case, or another key, is refused', () => {
    const { authorization = '' } = makeCall(GET).headers;
    const upper = authorization.replace(/"[0-9a-f]{64}"/, (hex) => hex.toUpperCase());
    expect(verdict(GET, { headers: { authorization: upper } })).toBe('E401-3');
    const other = authorization.replace('key-1', 'key-2');
    expect(verdict(GET, { headers: { authorization: other } })).toBe('E401-4');
  });
});

describe('the epoch', () => {
  const half = EPOCH_WINDOW_MS / 2;
  test.each([
    [-half - 1, 'E401-2'],
    [-half, 'taken'],
    [0, 'taken'],
    [half, 'taken'],
    [half + 1, 'E401-2'],
  ])('%i ms from the server’s clock: %s', (offset, expected) => {
    expect(verdict(GET, { at: STARTED_AT + offset })).toBe(expected);
  });
});
