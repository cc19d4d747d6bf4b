import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { signatureOf, signingKeyOf, signRequest } from '../../../src/backend/allxon/signature.ts';
import type { Unsigned } from '../../../src/backend/allxon/signature.ts';

/** The vendor's own example. */
const SECRET = 'EPqeEGVcYf6Zpo+6yCqHeoYJSrnDykc9gPShOA==';
const EPOCH_MS = 1_708_954_065_872;
const HOUR_MS = 3_600_000;

test("the signing key is the vendor's check value", () => {
  expect(signingKeyOf(SECRET, EPOCH_MS)).toBe(
    '9e73a5982eb5a38cb36830773eb92d0d12cbece741a9c95cdab678f1971eb58d',
  );
});

test("the signature is what openssl gives in the vendor's scripts", () => {
  const unsigned: Unsigned = { method: 'POST', pathWithQuery: '/ota/deployment', epochMs: EPOCH_MS };
  expect(signatureOf(unsigned, signingKeyOf(SECRET, EPOCH_MS))).toBe(
    '37dd7f3de1dcfeae5a1bb7a6441c631649454bb3c015c6456cca36045c4112d9',
  );
});

test('the headers hold the credential, the signature and the epoch that was signed', () => {
  const unsigned: Unsigned = { method: 'POST', pathWithQuery: '/ota/deployment', epochMs: EPOCH_MS };
  const signed = signRequest(unsigned, { keyId: 'key-1', secret: SECRET });
  const signature = '37dd7f3de1dcfeae5a1bb7a6441c631649454bb3c015c6456cca36045c4112d9';
  expect(signed.headers).toEqual({
    Authorization: `ALLXON-SIG1 Credential="key-1",Signature="${signature}"`,
    'X-Allxon-Epoch': '1708954065872',
  });
  expect(signed.confidential).toEqual([SECRET, signingKeyOf(SECRET, EPOCH_MS), signature]);
});

test('the key changes with the hour, between 59:59.999 and 00:00.000 of the next', () => {
  const hour = 474_709 * HOUR_MS;
  expect(signingKeyOf(SECRET, hour)).toBe(signingKeyOf(SECRET, hour + HOUR_MS - 1));
  expect(signingKeyOf(SECRET, hour - 1)).not.toBe(signingKeyOf(SECRET, hour));
});

describe('agrees with the openssl on this machine', () => {
  const random = seededRandom(20_260_105);
  const below = (n: number) => Math.floor(random() * n);
  const printable = (length: number) =>
    Array.from({ length }, () => String.fromCharCode(0x21 + below(0x7e - 0x21))).join('');
  const hour = 490_000 + below(10_000);
  const cases: readonly (Unsigned & { readonly secret: string })[] = [
    { method: 'GET', pathWithQuery: '/connection', epochMs: hour * HOUR_MS, secret: printable(40) },
    { method: 'GET', pathWithQuery: '/connection', epochMs: hour * HOUR_MS - 1, secret: printable(40) },
    ...Array.from({ length: 14 }, (_, index) => ({
      method: index % 2 === 0 ? ('GET' as const) : ('POST' as const),
      pathWithQuery: `/ota/deployment/${encodeURIComponent(printable(1 + below(30)))}/all?a=${below(100)}`,
      epochMs: 1_600_000_000_000 + below(400_000_000_000),
      secret: printable(1 + below(100)),
    })),
  ];

  test.each(cases)('on $method at $epochMs', ({ secret, ...unsigned }) => {
    const { method, pathWithQuery, epochMs } = unsigned;
    const key = hmacByOpenssl(secret, String(Math.floor(epochMs / HOUR_MS)));
    expect(signingKeyOf(secret, epochMs)).toBe(key);
    expect(signatureOf(unsigned, key)).toBe(hmacByOpenssl(key, `${method}${pathWithQuery}${epochMs}`));
  });
});

/** The key goes as hex, so that no character of it can be an option or a separator to openssl. */
function hmacByOpenssl(key: string, message: string): string {
  const hexKey = Buffer.from(key, 'utf8').toString('hex');
  const args = ['dgst', '-sha256', '-mac', 'HMAC', '-macopt', `hexkey:${hexKey}`, '-r'];
  return execFileSync('openssl', args, { input: message, encoding: 'utf8' }).slice(0, 64);
}
